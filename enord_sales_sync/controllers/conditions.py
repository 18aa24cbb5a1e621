"""Conditions of a request (RFC 9110, section 13): whether the caller has the answer already."""

#: Characters of one. An ETag of this API has about 40.
LONGEST = 1024


def forget_long_conditions(httprequest):
    """Answer in full where a condition is too long to be one of ours: Werkzeug reads a list of
    ETags in a time that grows with the square of its length."""
    environ = httprequest.environ
    for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_RANGE"):
        if len(environ.get(name, "")) > LONGEST:
            del environ[name]
