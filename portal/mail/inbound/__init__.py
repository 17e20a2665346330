"""Mail that comes in: replies to our mails and notices of failed delivery, from a mail server or a mailbox.

`receiving.receive` takes one mail. It is read (`parsing`, `html_text`, `quoting`), judged (`judging`) and given to the
feature whose address it was sent to (`handlers`, `reply_addresses`).
"""
