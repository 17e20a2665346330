"""Personal data (AVG, the Dutch GDPR): showing, downloading and erasing it, and retention periods."""
