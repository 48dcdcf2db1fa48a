"""What llhttp tests itself with, spelled anew: one row for each request in its own tables of requests, strict and lenient.

A row is a name, how many requests llhttp in its strict mode takes whole before it stops, and the stream. Names and values are
ours, and what is odd about each stream is what is odd about theirs. Where a row of theirs has no Host, the test puts one in as
well, so that nothing is refused for the lack of it alone.
"""


def lines(*texts, body=b""):
    return b"\r\n".join(text.encode("latin-1") for text in texts) + b"\r\n\r\n" + body


CHUNKED = "Transfer-Encoding: chunked"
UPGRADE = ("Connection: Upgrade", "Upgrade: chat")
FOLDED = ["Long: one", "\ttwo", " three", "\t\tfour", "  five ", "\t \tsix", "Tabbed: \t line\t", "Next:", " line", "Empty: ", " ",
          "Connection:", " close"]
SMUGGLED = b"1\r\nZ\r\n0\r\n\r\n"

CONNECTION = [
    ("keep-alive is said", 1, lines("PUT /a HTTP/1.1", "Connection: keep-alive")),
    ("keep-alive is said twice in a row", 2, lines("PUT /a HTTP/1.1", "Connection: keep-alive") * 2),
    ("a request behind one of 1.0", 1, lines("PUT /a HTTP/1.0") + lines("PUT /b HTTP/1.1")),
    ("a request behind one of 1.0 with a length", 1, lines("PUT /a HTTP/1.0", "Content-Length: 0") + lines("PUT /b HTTP/1.1", CHUNKED)),
    ("an empty line between two requests", 1,
     lines("POST / HTTP/1.1", "Host: a.example", "Content-Type: text/plain", "Content-Length: 3", body=b"x=1\r\n")
     + b"GET / HTTP/1.1\r\n"),
    ("a return in the place of a dash", 0, lines("PUT /a HTTP/1.1", "Connection: keep\ralive")),
    ("close is said", 1, lines("PUT /a HTTP/1.1", "Connection: close")),
    ("a request behind close", 1,
     lines("POST / HTTP/1.1", "Host: a.example", "Content-Length: 3", "Connection: close", body=b"x=1\r\n") + b"GET / HTTP/1.1\r\n"),
    ("a request behind close, for a forgiving reader", 1,
     lines("POST / HTTP/1.1", "Host: a.example", "Content-Length: 3", "Connection: close", body=b"x=1\r\n")
     + lines("GET / HTTP/1.1", "Host: a.example")),
    ("many words", 1, lines("PUT /a HTTP/1.1", "Connection: close, word, upgrade, word, keep-alive")),
    ("many words over two lines", 0,
     lines("GET /c HTTP/1.1", "Host: a.example", "Connection: Thing,", " Upgrade, ,Keep-Alive", "Upgrade: chat",
           "X-Key: 1 2  3", body=b"and so on")),
    ("an upgrade among words", 1, lines("GET /c HTTP/1.1", "Connection: keep-alive, upgrade", "Upgrade: chat", body=b"and so on")),
    ("an upgrade on the next line", 0,
     lines("GET /c HTTP/1.1", "Connection: keep-alive, ", " upgrade", "Upgrade: chat", body=b"and so on")),
    ("a space in front of the colon", 0,
     lines("PUT /a HTTP/1.1", "Connection : upgrade", "Content-Length: 2", "Upgrade: chat", body=b"abcd")),
    ("the same for a forgiving reader", 0, lines("PUT /a HTTP/1.1", "Upgrade : x", "Content-Length: 2", body=b"ab")),
    ("an upgrade", 1, lines("PUT /a HTTP/1.1", "Connection: upgrade", "Upgrade: chat")),
    ("an upgrade with a body and more", 1,
     lines("PUT /a HTTP/1.1", "Connection: upgrade", "Content-Length: 2", "Upgrade: chat", body=b"abcdefgh")),
    ("an upgrade of a GET", 1,
     lines("GET /c HTTP/1.1", "Host: a.example", *UPGRADE, "X-Key: 1 2  3", "Origin: https://a.example", body=b"and so on")),
    ("an upgrade of a POST", 1,
     lines("POST /c HTTP/1.1", "Host: a.example", "Connection: Upgrade", "Upgrade: HTTP/2.0", "Content-Length: 4", body=b"bodyand so on")),
]

CONTENT_LENGTH = [
    ("zeros in front", 1, lines("PUT /a HTTP/1.1", "Content-Length: 002", body=b"ab")),
    ("a field behind it", 1, lines("PUT /a HTTP/1.1", "Content-Length: 002", "Other: x", body=b"ab")),
    ("more than fits", 0, lines("PUT /a HTTP/1.1", "Content-Length: 2000000000000000000000")),
    ("two that differ", 0, lines("PUT /a HTTP/1.1", "Content-Length: 1", "Content-Length: 3", body=b"a")),
    ("beside identity", 0, lines("PUT /a HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: identity", body=b"a")),
    ("beside chunked", 0, lines("PUT /a HTTP/1.1", "Content-Length: 1", CHUNKED, body=b"0\r\n\r\n")),
    ("in odd letters, on 1.0", 1, lines("GET /a HTTP/1.0", "conTENT-Length: 2", body=b"ab")),
    ("spaces around", 1, lines("POST / HTTP/1.1", "Content-Length:  2 ", body=b"ab")),
    ("a space within", 0, lines("POST / HTTP/1.1", "Content-Length: 1 2", body=b"ab")),
    ("a space between two numbers", 0, lines("POST / HTTP/1.1", "Content-Length: 11 22", body=b"ab")),
    ("empty", 0, lines("POST / HTTP/1.1", "Content-Length:")),
    ("a return in the place of its dash", 0, lines("PUT /a HTTP/1.1", "Content\rLength: 002", body=b"ab")),
]

END = [
    ("an end behind a request", 1, lines("GET / HTTP/1.1")),
    ("an end before the body", 0, b"PUT / HTTP/1.1\r\nContent-Length: 90\r\n"),
    ("an end within a name", 0, b"PUT / HTTP/1.1\r\nContent-Len"),
]

INVALID = [
    ("another protocol that only SOURCE may use", 0, lines("GET /a HTTP".replace("HTTP", "ICE/1.0"), "Host: a.example")),
    ("a protocol that nobody knows", 0, lines("GET /a XHTTP/1.0", "Host: a.example")),
    ("a protocol for other methods", 0, lines("PUT /a RTSP/1.0", "Host: a.example")),
    ("a method for another protocol", 0, lines("ANNOUNCE /a HTTP/1.0", "Host: a.example")),
    ("a bare return between fields", 0, lines("GET / HTTP/1.1", "A: 1\rB: 2")),
    ("a bare newline between fields", 0, lines("POST / HTTP/1.1", "Host: a.example:81", "a:b\nTransfer-Encoding: chunked", body=SMUGGLED)),
    ("a return and a letter after the fields", 0,
     b"GET / HTTP/1.1\r\nConnection: close\r\nHost: b\r\n\rYGET /x: HTTP/1.1\r\nHost: b\r\n\r\n"),
    ("the same for a forgiving reader", 0,
     b"GET / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\rYGET /x: HTTP/1.1\r\nHost: b\r\n\r\n"),
    ("an empty field and a bare return", 0,
     lines("POST / HTTP/1.1", "Connection: Close", "Host: a.example:81", "a:\rTransfer-Encoding: chunked", body=SMUGGLED)),
    ("an empty field and a bare newline", 0,
     lines("POST / HTTP/1.1", "Host: a.example:81", "a:\nTransfer-Encoding: chunked", body=SMUGGLED)),
    ("a name with an at sign", 0, lines("GET / HTTP/1.1", "A@: b")),
    ("a name with a control character", 0, lines("GET / HTTP/1.1", "A\x01\tb: c")),
    ("no name", 0, lines("GET / HTTP/1.1", ": b")),
    ("a method that only begins like one", 0, lines("MKCOLB / HTTP/1.1")),
    ("a name that goes on in the next line", 0, lines("GET / HTTP/1.1", "a", " : b")),
    ("a damaged name that is known", 0, lines("GET / HTTP/1.1", "Host: a.example", "Connection\r\x1b5\xd5eep-Alive", "Accept: x")),
    ("a damaged name that is not known", 0, lines("GET / HTTP/1.1", "Host: a.example", "X-Other\r\x1b5\xd5eep-Alive", "Accept: x")),
    ("a bare newline hides a length", 0,
     lines("GET / HTTP/1.1", "Host: a", "A: b\nContent-Length: 20") + lines("GET / HTTP/1.1", "A: GET /b HTTP/1.1", "Host: a")),
    ("a version that does not exist", 0, lines("GET / HTTP/4.7")),
    ("a space in front of the first field", 0, b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    ("newlines without returns", 0,
     b"POST / HTTP/1.1\nTransfer-Encoding: chunked\nTrailer: T\nA: b\n\n1\nX\n1;y\nX\n1;y=z\nX\n1;y=\"z\"\nX\n0\n\nT: u\n\n"),
    ("newlines without returns for a forgiving reader", 0,
     b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\nTrailer: T\r\nA: b\n\n1\nX\n0\n\nT: u\n\n"),
    ("a length behind a space", 0,
     lines("POST /a HTTP/1.1", "Host: a", "B: c", " Content-Length: 33") + lines("GET /b HTTP/1.1", "Host: a")),
    ("a length behind a tab, for a forgiving reader", 0,
     lines("POST /a HTTP/1.1", "Host: a", "B: c", "\tContent-Length: 33") + lines("GET /b HTTP/1.1", "Host: a")),
]

LENIENT = [
    ("a form feed in a value", 0, lines("GET /a HTTP/1.1", "A: \f")),
    ("a form feed in the second request", 1, lines("GET /a HTTP/1.1", "A: b") + b"\r\n" + lines("GET /a HTTP/1.1", "A: \f")),
    ("a form feed, strictly", 0, lines("GET /a HTTP/1.1", "A: \f", body=b"\r\n")),
    ("a form feed within a value", 0, lines("GET /a HTTP/1.1", "A: one\ftwo")),
    ("a form feed within a value, strictly", 0, lines("GET /a HTTP/1.1", "B: one\ftwo")),
    ("a newline where control characters may be", 0,
     lines("POST / HTTP/1.1", "Host: a.example:82", "b:\nTransfer-Encoding: chunked", body=SMUGGLED)),
    ("a return where control characters may be", 0,
     lines("POST / HTTP/1.1", "Host: a.example:82", "b:\rTransfer-Encoding: chunked", body=SMUGGLED)),
    ("a space after the first line where control characters may be", 0, b"GET /a HTTP/1.1\r\n A: b\r\n\r\n"),
    ("a version for a forgiving reader", 0, lines("GET / HTTP/3.9")),
    ("two hosts, the second odd", 1, lines("GET /a HTTP/1.1", "host: a.example", "host: b.example")),
    ("two hosts", 1, lines("GET /a HTTP/1.1", "host: b.example", "host: a.example")),
]

METHODS = [
    ("REPORT", 1, lines("REPORT /a HTTP/1.1")),
    ("CONNECT and what is not HTTP", 1, lines("CONNECT 0-a.example:443 HTTP/1.0", "User-agent: A/1", "Proxy-authorization: basic YTpi",
                                              body=b"other\r\nthings")),
    ("CONNECT in capitals", 1, lines("CONNECT A.EXAMPLE:443 HTTP/1.0", "User-agent: A/1", "Proxy-authorization: basic YTpi")),
    ("CONNECT with a body", 1, lines("CONNECT a.example:443 HTTP/1.0", "User-agent: A/1", "Content-Length: 5", body=b"abcde\"")),
    ("M-SEARCH", 1, lines("M-SEARCH * HTTP/1.1", "HOST: 239.0.0.1:1900", "MAN: \"a:b\"", "ST: \"a:c\"")),
    ("PATCH", 1, lines("PATCH /a HTTP/1.1", "Host: a.example", "Content-Type: text/plain", "If-Match: \"1\"", "Content-Length: 4", body=b"dddd")),
    ("PURGE", 1, lines("PURGE /a HTTP/1.1", "Host: a.example")),
    ("SEARCH", 1, lines("SEARCH / HTTP/1.1", "Host: a.example")),
    ("LINK", 1, lines("LINK /a HTTP/1.1", "Host: a.example", "Link: <https://a.example/b>; rel=\"tag\"", "Link: <https://a.example/c>; rel=\"tag\"")),
    ("UNLINK", 1, lines("UNLINK /a HTTP/1.1", "Host: a.example", "Link: <https://a.example/c>; rel=\"tag\"")),
    ("SOURCE", 1, lines("SOURCE /a HTTP/1.1", "Host: a.example")),
    ("SOURCE of another protocol", 1, lines("SOURCE /a ICE/1.0", "Host: a.example")),
    ("OPTIONS of another protocol", 1, lines("OPTIONS /a RTSP/1.0", "Host: a.example")),
    ("ANNOUNCE of another protocol", 1, lines("ANNOUNCE /a RTSP/1.0", "Host: a.example")),
    ("PRI, with which HTTP/2 begins", 0, lines("PRI * HTTP/1.1", body=b"SM\r\n\r\n")),
    ("QUERY", 1, lines("QUERY /a HTTP/1.1", "Host: a.example")),
]

# Where its tests stop and go on, nothing is refused: ten places, each the end of a piece that arrives by itself.
PAUSES = [
    (f"a pause after {len(stream[:at])} bytes", 1, stream)
    for stream, places in [
        (lines("POST / HTTP/1.1", "Content-Length: 2", body=b"ab"), (0, 4, 6, 15, 31, 34, 38, 40)),
        (lines("PUT / HTTP/1.1", CHUNKED, body=b"a\r\n0123456789\r\n0\r\n\r\n"), (49, 61)),
    ]
    for at in places
]

PIPELINES = [
    ("three requests, the last one without its end", 2,
     lines("POST /a HTTP/1.1", "Content-Length: 2", body=b"aa\r\n") + lines("PUT /b HTTP/1.1", "Content-Length: 3", body=b"bbb\r\n")
     + lines("PATCH /c HTTP/1.1", "Content-Length: 4", body=b"ccc")),
]

SAMPLES = [
    ("a tab in front of a value", 1, lines("OPTIONS /a HTTP/1.1", "A: b", "C:\t d")),
    ("a method that begins like the name of the protocol", 1, lines("HEAD /a HTTP/1.1")),
    ("what curl sends", 1, lines("GET /a HTTP/1.1", "User-Agent: curl/8.5.0 (x86_64-linux-gnu) zlib/1.3", "Host: 0.0.0.0=81", "Accept: */*")),
    ("what a browser sends", 1,
     lines("GET /icon HTTP/1.1", "Host: 0.0.0.0=81", "User-Agent: Mozilla/5.0 (X11; Linux x86_64)", "Accept: text/html,*/*;q=0.8",
           "Accept-Language: en,de;q=0.5", "Accept-Encoding: gzip,deflate", "Accept-Charset: utf-8;q=0.7,*;q=0.7", "Keep-Alive: 300",
           "Connection: keep-alive")),
    ("a value of signs", 1, lines("GET /a HTTP/1.1", "bbbbbbbb:++++++++")),
    ("no field", 1, lines("GET /a/b HTTP/1.1")),
    ("one field", 1, lines("GET /a HTTP/1.1", "Accept: */*")),
    ("what a bench sends", 1, lines("GET /a HTTP/1.0", "Host: 0.0.0.0:81", "User-Agent: Bench/2", "Accept: */*")),
    ("an empty line in front", 1, b"\r\n" + lines("GET /a HTTP/1.1")),
    ("no version", 1, lines("GET /")),
    ("values over many lines", 0, lines("GET / HTTP/1.1", *FOLDED)),
    ("values over many lines, without returns", 0, lines("GET / HTTP/1.1", *FOLDED).replace(b"\r\n", b"\n")),
    ("an empty line in front, and a field", 1, b"\r\n" + lines("GET /a HTTP/1.1", "A: b")),
    ("letters beyond ASCII in a value", 1, "GET / HTTP/1.1\r\nA: Zürich\r\n\r\n".encode()),
    ("the byte 255 in a value", 1, lines("OPTIONS /a HTTP/1.1", "A: b", "C: \xffd")),
    ("a certificate over many lines", 0,
     lines("GET / HTTP/1.1", "X-Certificate:   -----BEGIN CERTIFICATE-----", *["\t" + "Q" * 64] * 30, "\tQQ==", "\t-----END CERTIFICATE-----")),
    ("a return behind a newline", 0, b"GET / HTTP/1.1\n\r\n"),
]

ALL_BASE = "/c?q=w#h"
TRANSFER_ENCODING = [
    ("empty, beside a length", 0, lines("POST /a HTTP/1.1", "Transfer-Encoding:", "Content-Length: 2", body=b"ab")),
    ("chunked, and no body yet", 0, lines("PUT /a HTTP/1.1", CHUNKED)),
    ("a size in small letters", 1, lines("PUT /a HTTP/1.1", CHUNKED, body=b"a\r\n0123456789\r\n0\r\n\r\n")),
    ("a size in capitals", 1, lines("PUT /a HTTP/1.1", CHUNKED, body=b"A\r\n0123456789\r\n0\r\n\r\n")),
    ("a size of two digits", 1, lines("POST /c HTTP/1.1", CHUNKED, body=b"1e\r\n" + b"x" * 30 + b"\r\n0\r\n\r\n")),
    ("two chunks and a last one of many zeros", 1, lines("POST /c HTTP/1.1", CHUNKED, body=b"2\r\nab\r\n3\r\n cd\r\n000\r\n\r\n")),
    ("trailers", 1, lines("POST /c HTTP/1.1", CHUNKED, body=b"2\r\nab\r\n0\r\nVary: *\r\nContent-Type: text/plain\r\n\r\n")),
    ("extensions", 0, lines("POST /c HTTP/1.1", CHUNKED, body=b"2;a;b=c;d=e\r\nab\r\n3;f;g\r\n cd\r\n0\r\n")),
    ("an extension without a semicolon", 0, lines("POST /c HTTP/1.1", "Host: a", CHUNKED, body=b"2 abc\r\nab\r\n0 def\r\n\r\n")),
    ("a semicolon without an extension", 0, lines("POST /c HTTP/1.1", "Host: a", CHUNKED, body=b"2;\r\nab\r\n0\r\n\r\n")),
    ("extensions in quotes", 0,
     lines("POST /c HTTP/1.1", CHUNKED, body=b"2;a=\"I \\\"b\\\"; \\\\c\\\\\";d=\"e\";f;g=h\r\nab\r\n3;f;g\r\n cd\r\n0\r\n")),
    ("an extension whose quote does not end", 0,
     lines("POST /c HTTP/1.1", CHUNKED, body=b"2;a=\"b\";c=\"d; e\r\nab\r\n3;f;g\r\n cd\r\n0\r\n\r\n")),
    ("a coding that nobody knows", 0, lines("PUT /a HTTP/1.1", "Transfer-Encoding: gulls")),
    ("identity and a length", 0, lines(f"POST {ALL_BASE} HTTP/1.1", "Accept: */*", "Transfer-Encoding: identity", "Content-Length: 3", body=b"Abc")),
    ("identity and a length that is too short, for a forgiving reader", 0,
     lines(f"POST {ALL_BASE} HTTP/1.1", "Accept: */*", "Transfer-Encoding: identity", "Content-Length: 1", body=b"Abc")),
    ("empty three times, beside a length", 0,
     lines("POST / HTTP/1.1", "Host: a", "Content-Length: 9", *["Transfer-Encoding:"] * 3, body=b"2\r\nAA\r\n0\r\n")),
    ("chunked in front of another", 0, lines(f"POST {ALL_BASE} HTTP/1.1", "Accept: */*", CHUNKED + ", deflate", body=b"Abc")),
    ("chunked, and another in a field of its own", 0,
     lines(f"POST {ALL_BASE} HTTP/1.1", "Accept: */*", CHUNKED, "Transfer-Encoding: deflate", body=b"Abc")),
    ("chunked in front of another, for a forgiving reader", 0, lines(f"POST {ALL_BASE} HTTP/1.1", CHUNKED + ", gzip", body=b"Abc")),
    ("chunked, and another in a field of its own, for a forgiving reader", 0,
     lines(f"POST {ALL_BASE} HTTP/1.1", CHUNKED, "Transfer-Encoding: gzip", body=b"Abc")),
    ("chunked as the last of two", 1,
     lines(f"POST {ALL_BASE} HTTP/1.1", "Transfer-Encoding: deflate, chunked", body=b"3\r\nAbc\r\n0\r\n\r\n")),
    ("chunked as the last of two fields", 1,
     lines(f"POST {ALL_BASE} HTTP/1.1", "Transfer-Encoding: deflate", CHUNKED, body=b"3\r\nAbc\r\n0\r\n\r\n")),
    ("chunked twice in one word", 0,
     lines(f"POST {ALL_BASE} HTTP/1.1", "Transfer-Encoding: chunkedchunked", body=b"3\r\nAbc\r\n0\r\n\r\n")),
    ("no last chunk", 0, lines("PUT /a HTTP/1.1", CHUNKED, body=b"3\r\nabc\r\n\r\n\r\n")),
    ("a newline and spaces behind a size", 0, lines("PUT /a HTTP/1.1", CHUNKED, body=b"3 \n  \r\nabc\r\n\r\n\r\n")),
    ("chunked that goes on in the next line", 0, lines("PUT /a HTTP/1.1", CHUNKED, "  abc", body=b"3\r\nAbc\r\n0\r\n\r\n")),
    ("two returns behind a size", 0,
     lines("GET / HTTP/1.1", "Host: b", "Connection: close ", CHUNKED + " ",
           body=b"4\r\r;ABC\r\n33\r\nE\r\n0\r\n\r\nGET / HTTP/1.1 \r\nHost: b\r\nContent-Length: 4\r\n\r\n0\r\n\r\n")),
    ("two returns behind a size, for a forgiving reader", 0,
     lines("GET / HTTP/1.1", "Host: b", CHUNKED + " ",
           body=b"5\r\r;ABC\r\n32\r\nE\r\n0\r\n\r\nGET / HTTP/1.1 \r\nHost: b\r\nContent-Length: 4\r\n0\r\n\r\n")),
    ("no line end behind a chunk", 0,
     lines("GET / HTTP/1.1", "Host: b", "Connection: close ", CHUNKED + " ", body=b"4\r\nABCD0\r\n\r\n")),
    ("no line end behind a chunk, for a forgiving reader", 0, lines("GET / HTTP/1.1", "Host: b", CHUNKED + " ", body=b"4\r\nABCD0\r\n\r\n")),
    ("a space behind a size", 0, lines("PUT /a HTTP/1.1", CHUNKED, body=b"a \r\n0123456789\r\n0\r\n\r\n")),
    ("a space behind a size, for a forgiving reader", 0, lines("PUT /a HTTP/1.1", CHUNKED, body=b"b \r\n01234567890\r\n0\r\n\r\n")),
]

TARGETS = [
    ("quotes", 1, lines("GET /a_\"b\"_c?d=\\\"e\\\" HTTP/1.1")),
    ("two question marks", 1, lines("GET /a?b=c?d HTTP/1.1")),
    ("a host that a query ends", 1, lines("GET http://a.example?b=c HTTP/1.1")),
    ("a host and a port that a query ends", 1, lines("GET http://a.example:81?b=c HTTP/1.1")),
    ("a vertical bar", 1, lines("GET /a?b=| HTTP/1.1")),
    ("a host and a port", 1, lines("GET http://a.example:81 HTTP/1.1")),
    ("letters beyond ASCII", 0, "GET /δ/b?c=1#d HTTP/1.1\r\nHost: a.example\r\n\r\n".encode()),
    ("a fragment", 1, lines("GET /a/1?b=1#c-1 HTTP/1.1")),
    ("an underscore in a host", 1, lines("CONNECT a_0.example:443 HTTP/1.0", "User-agent: A/1", "Proxy-authorization: basic YTpi")),
    ("a name and a password", 1, lines("GET http://a%12:b!&*$@a.example:81/c HTTP/1.1")),
    ("a space", 0, lines("GET /a b/ HTTP/1.1")),
]

GROUPS = {
    "connection": CONNECTION, "content-length": CONTENT_LENGTH, "finish": END, "invalid": INVALID, "lenient": LENIENT,
    "method": METHODS, "pausing": PAUSES, "pipelining": PIPELINES, "sample": SAMPLES, "transfer-encoding": TRANSFER_ENCODING,
    "uri": TARGETS,
}
ROWS = [(f"{group}: {name}", taken, stream) for group, rows in GROUPS.items() for name, taken, stream in rows]
