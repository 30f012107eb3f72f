"""Answers, and the wording of errors."""
import json

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
WAIT = '{"wait_time_in_seconds": 10}'


class Answer:
    """A status, pieces of a body, headers. `versioned` adds the header with the service's version."""

    def __init__(self, status=200, body=b"", kind=TEXT, headers=None, versioned=True, close=False):
        self.status = status
        self.pieces = [body.encode() if isinstance(body, str) else body]
        self.kind = kind
        self.headers = dict(headers or {})
        self.versioned = versioned
        self.close = close


def reply(value, status=200, headers=None, versioned=True):
    return Answer(status, json.dumps(value), headers=headers, versioned=versioned)


def reply_rows(texts, headers=None, versioned=True):
    """A list of JSON texts, kept in pieces so that a huge list is not copied."""
    answer = Answer(200, headers=headers, versioned=versioned)
    answer.pieces, chunk = [b"["], []
    for text in texts:
        chunk.append(text)
        if len(chunk) == 1000:
            answer.pieces += [", ".join(chunk).encode(), b", "]
            chunk = []
    if chunk:
        answer.pieces.append(", ".join(chunk).encode())
    elif len(answer.pieces) > 1:
        answer.pieces.pop()
    answer.pieces.append(b"]")
    return answer


def missing():
    return reply({}, 404)


def bad(text):
    return reply(text, 400)


def framework(status, text, headers=None, close=False):
    """What the web framework says by itself."""
    return Answer(status, text, headers=headers, versioned=False, close=close)


def crashed():
    """An exception that nothing in the service catches."""
    return framework(500, "500 Internal Server Error\n\nServer got itself in trouble", close=True)


class Failure(Exception):
    """An exception that the service catches and tells."""

    def __init__(self, detail, kind="Exception"):
        super().__init__(detail)
        self.detail = detail
        self.kind = kind

    def body(self):
        return {"traceback": "Traceback (most recent call last):\n  File \"/service/api.py\", line 1, in handler\n\n%s: %s\n" %
                             (self.kind, self.detail),
                "detail": self.detail, "status": 500, "title": "Internal Server Error", "type": "about:blank"}

    def answer(self):
        return reply(self.body(), 500)


class DbError(Exception):
    """The database refused a statement. Its answer is JSON in a JSON string."""

    def __init__(self, message, code, detail=None):
        super().__init__(message)
        self.message, self.code, self.detail = message, code, detail

    def body(self):
        text = "ERROR:  %s\n" % self.message
        if self.detail:
            text += "DETAIL:  %s\n" % self.detail
        return json.dumps({"err_msg": {"pgerror": text, "pgcode": self.code,
                                       "diag": {"message_primary": self.message, "severity": "ERROR"}}})

    def answer(self):
        return reply(self.body(), {"23505": 409, "23503": 404}.get(self.code, 500))


def paged_failure():
    """A refused statement where a page was asked for: the service trips over the missing page."""
    return Failure("'NoneType' object has no attribute '_replace'", "AttributeError")


def out_of_range(value, kind):
    return DbError('value "%s" is out of range for type %s' % (value, kind), "22003")


def not_a_number(value, kind):
    return DbError('invalid input syntax for type %s: "%s"' % (kind, value), "22P02")


def duplicate(constraint, columns, values):
    return DbError('duplicate key value violates unique constraint "%s"' % constraint, "23505",
                   "Key (%s)=(%s) already exists." % (columns, values))


def no_parent(table, constraint, columns, values, parent):
    return DbError('insert or update on table "%s" violates foreign key constraint "%s"' % (table, constraint), "23503",
                   'Key (%s)=(%s) is not present in table "%s".' % (columns, values, parent))
