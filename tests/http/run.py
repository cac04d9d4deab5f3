#!/usr/bin/env python3
"""The HTTP engine over real sockets, against the small server of tests/unit/http/http_example.c.

    python3 tests/http/run.py [PATH-OF-http_example] [-k PART-OF-A-NAME]

Raw bytes go in and raw bytes are looked at: no HTTP library stands between. The last line is
"N passed, N failed"."""
import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

EXAMPLE = "build/tests/unit/http/http_example"
EXTRA = []  # arguments for every server
TESTS = []
CRLF = b"\r\n"
GET = b"GET %s HTTP/1.1\r\nHost: news.example\r\n%s\r\n"


def test(function):
    TESTS.append(function)
    return function


def check(holds, what=""):
    if not holds:
        raise AssertionError(what)


class Server:
    """One example server; its addresses are in `listen`."""

    def __init__(self, *args, listen=("127.0.0.1:0",), files=None, limits=(), before=None):
        command = [EXAMPLE] + EXTRA
        for address in listen:
            command += ["--listen", address]
        for limit in limits:
            command += ["--limit", limit]
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
        self.process = subprocess.Popen(command + list(args), stdout=subprocess.PIPE, text=True,
                                        preexec_fn=before or limit, close_fds=before is None)
        self.listen = []
        for line in self.process.stdout:
            if line.strip() == "ready":
                break
            self.listen.append(line.strip())
        check(self.listen, "the server did not start")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        code, text = self.stop()
        if kind is None:
            check(code == 0, f"the server ended with {code}")

    def stop(self, wait=20):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        text = self.process.stdout.read() if not self.process.stdout.closed else ""
        return self.process.returncode, text

    def connect(self, which=0, timeout=10, receive=None):
        address = self.listen[which]
        if address.startswith("unix:"):
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(timeout)
            s.connect(address[5:])
            return s
        host, port = address.rsplit(":", 1)
        s = socket.socket(socket.AF_INET6 if host[0] == "[" else socket.AF_INET)
        s.settimeout(timeout)
        if receive:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        s.connect((host.strip("[]"), int(port)))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def counts(self):
        import json
        return json.loads(ask(self, b"/counts").body)

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) * 1024

    def sanitized(self):
        with open(f"/proc/{self.process.pid}/maps") as f:
            return re.search(r"lib[at]san", f.read()) is not None


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    def field(self, name):
        found = re.findall(rb"(?im)^" + name.encode() + rb":[ \t]*(.*?)\r$", self.head)
        check(len(found) < 2, f"{name} is there twice")
        return found[0].decode() if found else None


class Reader:
    """Takes answers off a connection."""

    def __init__(self, s):
        self.s, self.bytes = s, b""

    def more(self):
        piece = self.s.recv(65536)
        self.bytes += piece
        return bool(piece)

    def answer(self, head_only=False):
        while b"\r\n\r\n" not in self.bytes:
            check(self.more(), f"the connection ended within a head: {self.bytes[:200]!r}")
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        head += CRLF + CRLF
        match = re.match(rb"HTTP/1\.1 (\d{3}) [^\r\n]+\r\n", head)
        check(match, f"no status line: {head[:100]!r}")
        check(b"\n" not in head.replace(CRLF, b""), "a bare LF")
        answer = Answer(int(match.group(1)), head, b"")
        if answer.status == 100:
            return answer
        check(answer.field("Date"), "no Date")
        length = answer.field("Content-Length")
        if answer.status in (204, 304):
            check(answer.status != 204 or length is None, "a length without a body")
            return answer
        check(length is not None, "no Content-Length")
        if head_only:
            return answer
        while len(self.bytes) < int(length):
            check(self.more(), f"a body of {length} ended at {len(self.bytes)}")
        answer.body, self.bytes = self.bytes[:int(length)], self.bytes[int(length):]
        return answer

    def ended(self):
        """No more comes and the end is an orderly one."""
        while self.more():
            pass
        return self.bytes == b""


def talk(server, data, which=0):
    s = server.connect(which)
    s.sendall(data)
    return s, Reader(s)


def ask(server, path, fields=b"", which=0):
    s, reader = talk(server, GET % (path, fields + b"Connection: close\r\n"), which)
    answer = reader.answer()
    check(reader.ended(), "more than one answer")
    s.close()
    return answer


def post(path, body, fields=b""):
    return (b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n%s\r\n" %
            (path, len(body), fields)) + body


def reset(s):
    """Leaves without saying goodbye."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def until(holds, seconds=10, what="it did not happen in time"):
    end = time.monotonic() + seconds
    while not holds():
        check(time.monotonic() < end, what)
        time.sleep(0.02)


# ---- framing ----

H = b"Host: a\r\n"
REFUSED = [
    ("no host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("empty host", b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    ("two hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("bad host", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("host with user", b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
    ("host with path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("absolute target without Host", b"GET http://a/ HTTP/1.1\r\n\r\n", 400),
    ("absolute target with a bad host", b"GET http://a:b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("two lengths", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
    ("two same lengths", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
    ("list of lengths", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 3, 3\r\n\r\nabc", 400),
    ("signed length", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: +3\r\n\r\nabc", 400),
    ("negative length", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: -3\r\n\r\nabc", 400),
    ("hexadecimal length", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 0x3\r\n\r\nabc", 400),
    ("empty length", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length:\r\n\r\nabc", 400),
    ("huge length", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 18446744073709551617\r\n\r\na", 400),
    ("length and chunks", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunks and length", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
    ("unknown coding", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: zip\r\n\r\nabc", 501),
    ("gzip, chunked", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ("chunked twice", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    ("two codings", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunked not last", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400),
    ("coding with a tab", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", 400),
    ("chunks in HTTP/1.0", b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("bare LF", b"GET / HTTP/1.1\nHost: a\n\n", 400),
    ("bare LF after a field", b"GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n", 400),
    ("bare LF at the end", b"GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
    ("bare CR", b"GET / HTTP/1.1\r\nHost: a\r\nA: b\rC: d\r\n\r\n", 400),
    ("folded field", b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", 400),
    ("folded by a tab", b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\tc\r\n\r\n", 400),
    ("space first", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    ("space before the colon", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("no colon", b"GET / HTTP/1.1\r\nHost: a\r\nA\r\n\r\n", 400),
    ("no name", b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
    ("NUL in a value", b"GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n", 400),
    ("NUL in a name", b"GET / HTTP/1.1\r\nHost: a\r\nA\0: b\r\n\r\n", 400),
    ("NUL in the target", b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("control in a value", b"GET / HTTP/1.1\r\nHost: a\r\nA: b\x07\r\n\r\n", 400),
    ("DEL in a value", b"GET / HTTP/1.1\r\nHost: a\r\nA: b\x7f\r\n\r\n", 400),
    ("space in the target", b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("byte above 0x7F in the target", b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("fragment", b"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("two spaces", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("no version", b"GET /\r\nHost: a\r\n\r\n", 400),
    ("small letters", b"GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ("space after the version", b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/0.9", b"GET / HTTP/0.9\r\n\r\n", 505),
    ("HTTP/3.1", b"GET / HTTP/3.1\r\nHost: a\r\n\r\n", 505),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ("star", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("relative target", b"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("unknown method", b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("method in small letters", b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("TRACE", b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("CONNECT", b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("unknown expectation", b"POST /echo HTTP/1.1\r\n" + H + b"Expect: tea\r\nContent-Length: 1\r\n\r\na", 417),
    ("long target", b"GET /" + b"x" * 8200 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("endless target", b"GET /" + b"x" * 60000, 414),
    ("long field", b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"x" * 17000 + b"\r\n\r\n", 431),
    ("endless field", b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"x" * 60000, 431),
    ("many fields", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 100 + b"\r\n", 431),
    ("body too large", b"POST /echo HTTP/1.1\r\n" + H + b"Content-Length: 65537\r\n\r\n", 413),
    ("chunk without size", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n\r\nabc", 400),
    ("chunk size 0x", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
    ("chunk size too large", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", 400),
    ("chunk longer than its size", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400),
    ("chunk with bare LF", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n", 400),
    ("chunk with a space", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400),
    ("chunk with a long line", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n3;" + b"a" * 600 + b"\r\nabc\r\n0\r\n\r\n", 400),
    ("bad trailer", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\nA b\r\n\r\n", 400),
    ("long trailers", b"POST /echo HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 2000 + b"\r\n", 400),
]


@test
def refusals_arrive_and_close():
    with Server() as server:
        for name, data, status in REFUSED:
            # What follows must not be answered, and must not destroy the answer by a reset.
            for after in (b"", GET % (b"/page", b""), b"x" * 200000):
                s, reader = talk(server, data)
                try:
                    s.sendall(after)
                except OSError:
                    pass
                answer = reader.answer()
                check(answer.status == status, f"{name}: {answer.status}, not {status}")
                check(answer.field("Connection") == "close", f"{name}: no Connection: close")
                check(reader.ended(), f"{name}: more came")
                s.close()
        check(server.counts()["refused"] == 3 * len(REFUSED), "refusals are counted")


@test
def refusals_byte_by_byte():
    with Server() as server:
        for name, data, status in REFUSED:
            if len(data) > 200:
                continue
            s = server.connect()
            for i in range(len(data)):
                try:
                    s.sendall(data[i:i + 1])
                except OSError:
                    break
            answer = Reader(s).answer()
            check(answer.status == status, f"{name}: {answer.status}, not {status}")
            s.close()


@test
def accepted():
    with Server() as server:
        for name, data, body in [
            ("absolute target", b"GET http://b.example:81/client HTTP/1.1\r\nHost: a\r\n\r\n", b"127.0.0.1 http b.example:81"),
            ("IPv6 host", b"GET /client HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", b"127.0.0.1 http [2001:db8::1]:80"),
            ("HTTP/1.0 without Host", b"GET /client HTTP/1.0\r\n\r\n", b"127.0.0.1 http "),
            ("HTTP/1.2", b"GET /client HTTP/1.2\r\nHost: a\r\n\r\n", b"127.0.0.1 http a"),
            ("an empty line first", b"\r\nGET /client HTTP/1.1\r\nHost: a\r\n\r\n", b"127.0.0.1 http a"),
            ("tabs and no space", b"GET /client HTTP/1.1\r\nHost:\ta\t\r\n\r\n", b"127.0.0.1 http a"),
            ("bytes above 0x7F in a field", b"GET /client HTTP/1.1\r\nHost: a\r\nA: \xc3\xa9\r\n\r\n", b"127.0.0.1 http a"),
            ("99 fields", b"GET /client HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 99 + b"\r\n", b"127.0.0.1 http a"),
            ("chunks", b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n"
                       b"3;a=\"b;c\"\r\nabc\r\n00A\r\n0123456789\r\n0;x\r\nT: u\r\nV:\r\n\r\n", b"abc0123456789"),
        ]:
            s, reader = talk(server, data)
            answer = reader.answer()
            check((answer.status, answer.body) == (200, body), f"{name}: {answer.status} {answer.body}")
            s.close()
        pages = {ask(server, b"/page").body}
        for host in (b"other.example", b"127.0.0.1", b"xn--bcher-kva.example:8080"):
            s, reader = talk(server, b"GET /page HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
            pages.add(reader.answer().body)
            s.close()
        check(len(pages) == 1, "every host gets the same page")


# ---- keeping the connection ----

@test
def pipelining_keeps_order():
    with Server() as server:
        data = b"".join(GET % (b"/large?%d" % (i * 1000) if i % 3 else b"/client", b"") +
                        post(b"/echo", b"%d" % i) for i in range(100))
        s = server.connect()
        threading.Thread(target=s.sendall, args=(data,)).start()
        reader = Reader(s)
        for i in range(100):
            answer = reader.answer()
            check(len(answer.body) == i * 1000 + 1 if i % 3 else answer.body.startswith(b"127."), i)
            check(reader.answer().body == b"%d" % i, i)
        s.close()


@test
def head_options_and_methods():
    with Server() as server:
        s, reader = talk(server, b"HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n" + GET % (b"/client", b""))
        head = reader.answer(head_only=True)
        check(int(head.field("Content-Length")) > 30000, "HEAD tells the length")
        check(reader.answer().body.startswith(b"127.0.0.1"), "no body after HEAD")
        s.sendall(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nDELETE /page HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = reader.answer()
        check(answer.status == 204 and "GET" in answer.field("Allow"), "OPTIONS *")
        answer = reader.answer()
        check(answer.status == 405 and answer.field("Allow") == "GET, HEAD, POST", "405")
        s.sendall(b"HEAD /missing HTTP/1.1\r\nHost: a\r\n\r\n" + GET % (b"/never", b""))
        check(reader.answer(head_only=True).status == 404, "404")
        check(reader.answer().status == 500, "a handler that forgets")
        s.close()


@test
def closing():
    with Server() as server:
        s, reader = talk(server, b"GET /client HTTP/1.0\r\n\r\n" + GET % (b"/client", b""))
        check(reader.answer().field("Connection") == "close", "HTTP/1.0 closes")
        check(reader.ended(), "and answers nothing more")
        s, reader = talk(server, b"GET /client HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        check(reader.answer().field("Connection") == "keep-alive", "HTTP/1.0 may stay")
        s.sendall(GET % (b"/client", b""))
        check(reader.answer().field("Connection") is None, "HTTP/1.1 says nothing")
        s, reader = talk(server, GET % (b"/slow?150", b""))
        s.shutdown(socket.SHUT_WR)  # a reader that says no more still wants its answer
        check(reader.answer().status == 200 and reader.ended(), "half closed")


@test
def conditions_and_codings():
    with Server() as server:
        answer = ask(server, b"/page", b'If-None-Match: "x", W/"example-1"\r\n')
        check(answer.status == 304 and answer.field("ETag") and answer.field("Vary"), "304")
        check(ask(server, b"/page", b'If-None-Match: "x"\r\n').status == 200, "another tag")
        check(ask(server, b"/page", b"Accept-Encoding: gzip\r\n").field("Content-Encoding") == "gzip", "")
        check(ask(server, b"/page", b"Accept-Encoding: gzip;q=0, *\r\n").field("Content-Encoding") is None, "")
        check(ask(server, b"/page", b"Accept-Encoding: identity, br\r\n").field("Content-Encoding") is None, "")


# ---- bodies ----

@test
def expect_continue():
    with Server() as server:
        head = b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        s, reader = talk(server, head)
        check(reader.answer().status == 100, "100")
        s.sendall(b"hello")
        check(reader.answer().body == b"hello", "then the body")
        s, reader = talk(server, head.replace(b" 5\r", b" 99999\r"))
        check(reader.answer().status == 413 and reader.ended(), "413 before the body")
        s, reader = talk(server, head.replace(b"/echo", b"/refuse"))
        check(reader.answer().status == 405 and reader.ended(), "the application's refusal")
        s, reader = talk(server, head.replace(b"/echo", b"/skip"))
        answer = reader.answer()
        check(answer.status == 403 and answer.body == b"not you" and reader.ended(), "left out")
        s, reader = talk(server, head + b"hello" + GET % (b"/client", b""))
        check(reader.answer().status in (100, 200), "body with its head")


@test
def refused_body_arrives():
    with Server() as server:
        for path in (b"/echo", b"/skip", b"/refuse"):
            s = server.connect()
            s.sendall(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" % path)
            sender = threading.Thread(target=lambda: swallow(s.sendall, b"x" * 5000000))
            sender.start()
            check(Reader(s).answer().status in (413, 403, 405), "the answer arrives")
            sender.join()
            s.close()


def swallow(function, *args):
    try:
        function(*args)
    except OSError:
        pass


def chunked(body, size):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


@test
def uploads():
    body = os.urandom(3000000)
    want = b"3000000 3000000 %d" % sum(body)
    head = b"POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Server() as server:
        s = server.connect()
        data = post(b"/upload", body) + head + chunked(body, 7001) + head + chunked(body, 200000)
        threading.Thread(target=s.sendall, args=(data + post(b"/upload", b"x"),)).start()
        reader = Reader(s)
        for _ in range(3):
            check(reader.answer().body == want, "the same bytes")
        check(reader.answer().body == b"1 1 120", "and the next request")
        s.close()
        s, reader = talk(server, post(b"/upload", body[:100000])[:-500])
        s.close()  # ends early: nothing is left behind
        until(lambda: server.counts()["open"] == 1)


@test
def slow_bodies_end():
    with Server(limits=["body_window_ms=400"]) as server:
        for path in (b"/brief", b"/upload"):
            s, reader = talk(server, b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n" % path)
            begun = time.monotonic()
            answer = None
            s.settimeout(0.05)
            while answer is None and time.monotonic() < begun + 5:
                swallow(s.sendall, b"x")
                try:
                    answer = reader.answer()
                except TimeoutError:
                    pass
            check(answer and answer.status == 408, f"{path}: 408")
            check(0.3 < time.monotonic() - begun < 1.5, f"{path}: after {time.monotonic() - begun}")
        # Fast enough: 4 KB/s and a little more.
        s, reader = talk(server, b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n")
        for _ in range(18):
            s.sendall(b"x" * 500)
            time.sleep(0.08)
        check(reader.answer().status == 200, "a slow one that is fast enough")


# ---- time ----

@test
def slow_heads_end():
    with Server(limits=["head_ms=700"]) as server:
        slow = [server.connect() for _ in range(200)]
        for s in slow:
            s.sendall(b"GET /page HTTP/1.1\r\nHost: a\r\n")
        begun = time.monotonic()
        while time.monotonic() < begun + 0.5:
            for s in slow:
                swallow(s.sendall, b"A: b\r\n")
            begun_one = time.monotonic()
            check(ask(server, b"/client").status == 200, "others are served")
            check(time.monotonic() - begun_one < 0.5, "at once")
        for s in slow:
            reader = Reader(s)
            check(reader.answer().status == 408 and reader.ended(), "408")
            s.close()
        check(time.monotonic() - begun < 3, "in time")


@test
def idle_connections_end():
    with Server(limits=["idle_ms=400"]) as server:
        silent = server.connect()
        s, reader = talk(server, GET % (b"/client", b""))
        reader.answer()
        begun = time.monotonic()
        check(reader.ended() and Reader(silent).ended(), "closed without a word")
        check(0.2 < time.monotonic() - begun < 1.5, "after its time")


@test
def slow_readers_end():
    limits = ["drain_window_ms=1000", "stall_ms=700", "drain_rate=100000"]
    with Server(limits=limits) as server:
        stalled, _ = talk(server, GET % (b"/large?20000000", b""))
        slow = server.connect(receive=4096)
        slow.sendall(GET % (b"/large?20000000", b""))
        begun = time.monotonic()
        until(lambda: server.counts()["releases"] >= 1, 5, "one that does not read")
        check(time.monotonic() - begun > 0.6, "not too early")
        while server.counts()["timed_out"] < 2:  # 20 KB/s
            check(time.monotonic() < begun + 8, "one that reads too slowly")
            swallow(slow.recv, 1000)
            time.sleep(0.05)
        until(lambda: server.counts()["releases"] == 2)
        # One that is fast enough gets all of it.
        s = server.connect(receive=65536)
        s.sendall(GET % (b"/large?3000000", b""))
        got = 0
        while got < 3000000:
            piece = s.recv(60000)
            check(piece, f"cut at {got}")
            got += len(piece)
            time.sleep(0.03)
        for s in (stalled, slow):
            reset(s)


# ---- many ----

@test
def thousands_of_idle_connections():
    count = 8000
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with Server() as server:
        sanitized = server.sanitized()
        first = [server.connect() for _ in range(100)]
        for s in first:
            s.sendall(GET % (b"/client", b""))
            Reader(s).answer()
        before = server.memory()
        many = []
        for i in range(count):
            many.append(server.connect())
            if i % 10 == 0:  # some have had an answer
                many[-1].sendall(GET % (b"/client", b""))
                Reader(many[-1]).answer()
        until(lambda: server.counts()["open"] > count)
        each = (server.memory() - before) / count
        check(sanitized or each < 1024, f"an idle connection costs {each:.0f} bytes")
        check(ask(server, b"/page").status == 200, "still served")
        begun = server.cpu()
        time.sleep(0.5)
        check(server.cpu() - begun < 0.2, "idle ones cost no time")
        for s in many[::100]:
            s.sendall(GET % (b"/client", b""))
            check(Reader(s).answer().status == 200, "each still works")
        for s in first + many:
            s.close()
        until(lambda: server.counts()["open"] == 1, 20)
        return f"{each:.0f} bytes each"


@test
def too_many_connections():
    with Server(limits=["connections_max=50"], listen=["127.0.0.1:0"]) as server:
        idle = [server.connect() for _ in range(50)]
        until(lambda: True)
        time.sleep(0.2)
        late = [talk(server, GET % (b"/client", b"")) for _ in range(10)]
        for s, reader in late:
            check(reader.answer().status in (200, 503), "an answer")
        ended = 0
        for s in idle:
            s.settimeout(0.1)
            try:
                ended += s.recv(1) == b""
            except TimeoutError:
                pass
        check(ended >= 8, f"idle ones make room: {ended}")
        for s in idle + [s for s, _ in late]:
            s.close()
        time.sleep(0.2)
        busy = [talk(server, GET % (b"/slow?1500", b"")) for _ in range(50)]
        time.sleep(0.3)
        s, reader = talk(server, GET % (b"/client", b""))
        check(reader.answer().status == 503 and reader.ended(), "503 when all are busy")
        for s, reader in busy:
            check(reader.answer().status == 200, "who was there is served")


@test
def no_descriptors_left():
    with Server("--threads", "1", files=40) as server:
        waiting = []
        for _ in range(25):  # busy ones, that cannot be shed
            s = server.connect()
            s.sendall(b"GET /page HTTP/1.1\r\nHost: a\r\nA: ")
            waiting.append(s)
        for _ in range(200):
            s = server.connect(timeout=3)
            waiting.append(s)
            swallow(s.sendall, b"GET /page HTTP/1.1\r\nHost: a\r\nA: ")
        begun = server.cpu()
        time.sleep(1)
        spent = server.cpu() - begun
        check(spent < (0.6 if server.sanitized() else 0.2), f"no spin: {spent} s of CPU in 1 s")
        for s in waiting:
            reset(s)
        def served():
            try:
                return ask(server, b"/client").status == 200
            except (OSError, AssertionError):
                return False
        until(served, 5, "served again")


@test
def limits_for_one_address():
    limits = ["address_requests=1", "address_burst=3", "address_connections_max=2"]
    with Server(limits=limits) as server:  # loopback has none
        some = [server.connect() for _ in range(10)]
        for _ in range(20):
            check(ask(server, b"/client").status == 200, "loopback is not limited")
        for s in some:
            s.close()
    with Server("--trust-proxy", "127.0.0.0/8", limits=limits) as server:
        def status(client):
            return ask(server, b"/client", b"X-Forwarded-For: %s\r\n" % client).status
        got = [status(b"192.0.2.1") for _ in range(5)]
        check(got[:3] == [200] * 3 and 429 in got[3:], f"one client: {got}")
        check(status(b"192.0.2.2") == 200, "another is served")
        check(status(b"2001:db8::1") == 200, "IPv6")
        got = [status(b"2001:db8::%d" % i) for i in range(2, 6)]
        check(429 in got, "a /64 is one client")
        check([ask(server, b"/client").status for _ in range(10)] == [200] * 10, "the proxy itself")
    proxied = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes([192, 0, 2, 9, 10, 0, 0, 1, 0, 1, 0, 80])
    with Server("--trust-proxy", "127.0.0.1", "--proxy-header", "proxy-v2", limits=limits) as server:
        some = [talk(server, proxied + GET % (b"/client", b"")) for _ in range(3)]
        got = [reader.answer().status for _, reader in some]
        check(got.count(200) == 2 and got.count(429) == 1, f"connections of one client: {got}")


# ---- proxies ----

def client(server, fields=b"", before=b"", which=0):
    """Who the server says is asking, and by which scheme."""
    s, reader = talk(server, before + GET % (b"/client", fields), which)
    answer = reader.answer()
    s.close()
    check(answer.status == 200, f"{fields}: {answer.status}")
    return answer.body.rsplit(b" ", 1)[0]


def who(server, fields=b"", before=b"", which=0):
    """Who the server says is asking."""
    return client(server, fields, before, which).split(b" ")[0].decode()


@test
def proxies():
    xff = b"X-Forwarded-For: 6.6.6.6, 192.0.2.7, 127.0.0.2\r\nX-Forwarded-Proto: https\r\n"
    rfc = b'Forwarded: for=192.0.2.8;proto=https, for="127.0.0.3:99"\r\n'
    v2 = (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14" + bytes([192, 0, 2, 9, 10, 0, 0, 1, 0, 1, 0, 80]) +
          b"\x20\0\x05\x01\0\0\0\0")
    with Server() as server:
        check(client(server, xff + rfc) == b"127.0.0.1 http", "nobody is trusted")
    with Server("--trust-proxy", "127.0.0.0/8") as server:
        check(client(server, xff + rfc) == b"192.0.2.7 https", "x-forwarded-for")
        check(client(server, rfc) == b"127.0.0.1 http", "the other one is ignored")
    with Server("--trust-proxy", "127.0.0.0/8", "--proxy-header", "forwarded") as server:
        check(client(server, xff + rfc) == b"192.0.2.8 https", "forwarded")
    with Server("--trust-proxy", "127.0.0.0/8", "--proxy-header", "proxy-v2") as server:
        check(client(server, xff + rfc, v2) == b"192.0.2.9 https", "proxy-v2")
        check(client(server, b"", b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0") == b"127.0.0.1 http", "LOCAL")
        s, reader = talk(server, v2 + GET % (b"/client", b"") * 3)
        for _ in range(3):
            check(reader.answer().body.startswith(b"192.0.2.9 https"), "the whole connection")
        s, reader = talk(server, GET % (b"/client", b""))
        try:
            check(s.recv(1) == b"", "without its header: closed")
        except ConnectionResetError:
            pass
        s = server.connect()
        for i in range(len(v2)):
            s.sendall(v2[i:i + 1])
        s.sendall(GET % (b"/client", b""))
        check(Reader(s).answer().body.startswith(b"192.0.2.9"), "byte by byte")


def proxy2(address=b"", version=0x21, family=0x11, more=b"", length=None):
    """A PROXY v2 header; `address` is the client's, in 4 or 16 bytes."""
    pair = address + bytes([10, 0, 0, 1]) + b"\0\1\0\x50" if len(address) == 4 else \
        address + address + b"\0\1\0\x50" if address else b""
    body = pair + more
    return (b"\r\n\r\n\0\r\nQUIT\n" + bytes([version, family]) +
            struct.pack(">H", len(body) if length is None else length) + body)


ALL_THREE = (b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Real-IP: 192.0.2.3\r\n"
             b"Forwarded: for=192.0.2.2;proto=https\r\n")
# header believed, fields, who is believed
BELIEVED = [
    ("x-forwarded-for", b"X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
    ("x-forwarded-for", b"X-Forwarded-For: 6.6.6.6, 192.0.2.1\r\n", "192.0.2.1"),
    ("x-forwarded-for", b"X-Forwarded-For: 6.6.6.6, 192.0.2.1, 127.0.0.5, 127.0.0.6\r\n", "192.0.2.1"),
    ("x-forwarded-for", b"X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.1\r\n"
                        b"x-forwarded-for: 127.0.0.9\r\n", "192.0.2.1"),
    ("x-forwarded-for", b"X-Forwarded-For: 192.0.2.1:4711\r\n", "192.0.2.1"),
    ("x-forwarded-for", b"X-Forwarded-For: [2001:db8::7]:4711\r\n", "2001:db8::7"),
    ("x-forwarded-for", b"X-Forwarded-For: ::ffff:192.0.2.1\r\n", "192.0.2.1"),
    ("x-forwarded-for", b"X-Forwarded-For: 127.0.0.8, 127.0.0.9\r\n", "127.0.0.8"),
    ("x-forwarded-for", b"X-Forwarded-For: 6.6.6.6, nonsense, 127.0.0.9\r\n", "127.0.0.9"),
    ("x-forwarded-for", b"X-Forwarded-For: 6.6.6.6, nonsense\r\n", "127.0.0.1"),
    ("x-forwarded-for", b"X-Forwarded-For:\r\n", "127.0.0.1"),
    ("x-forwarded-for", b"X-Forwarded-For: 6.6.6.6, 1.2.3.4.5\r\n", "127.0.0.1"),
    ("x-forwarded-for", b"Forwarded: for=192.0.2.2\r\nX-Real-IP: 192.0.2.3\r\n", "127.0.0.1"),
    ("x-forwarded-for", ALL_THREE, "192.0.2.1"),
    ("forwarded", b"Forwarded: for=192.0.2.2\r\n", "192.0.2.2"),
    ("forwarded", b"Forwarded: for=6.6.6.6, For=192.0.2.2;by=10.0.0.1, for=127.0.0.9\r\n", "192.0.2.2"),
    ("forwarded", b"Forwarded: for=6.6.6.6\r\nForwarded: for=192.0.2.2\r\n", "192.0.2.2"),
    ("forwarded", b'Forwarded: for=6.6.6.6, for="[2001:db8::7]:4711"\r\n', "2001:db8::7"),
    ("forwarded", b'Forwarded: for="6.6.6.6, for=192.0.2.9"\r\n', "127.0.0.1"),
    ("forwarded", b"Forwarded: for=6.6.6.6, for=_hidden, for=127.0.0.9\r\n", "127.0.0.9"),
    ("forwarded", b"Forwarded: for=unknown\r\n", "127.0.0.1"),
    ("forwarded", b"X-Forwarded-For: 192.0.2.1\r\nX-Real-IP: 192.0.2.3\r\n", "127.0.0.1"),
    ("forwarded", ALL_THREE, "192.0.2.2"),
]


@test
def one_header_is_believed():
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("x-forwarded-for", "forwarded"):
            with Server("--trust-proxy", "127.0.0.0/8", "--trust-proxy", "unix", "--proxy-header", kind,
                        listen=["127.0.0.1:0", f"unix:{folder}/s"]) as server:
                for header, fields, expected in BELIEVED:
                    if header == kind:
                        found = who(server, fields)
                        check(found == expected, f"{kind}: {fields}: {found}, not {expected}")
                found = who(server, ALL_THREE, which=1)
                check(found == dict(forwarded="192.0.2.2").get(kind, "192.0.2.1"), f"unix, {kind}: {found}")
                s, reader = talk(server, proxy2(bytes([192, 0, 2, 9])) + GET % (b"/client", b""))
                check(reader.answer().status == 400, "no PROXY protocol where a header is believed")
                s.close()


@test
def peers_that_are_not_trusted():
    """Another network is trusted, not this peer: nothing it says counts."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("x-forwarded-for", "forwarded", "proxy-v2"):
            with Server("--trust-proxy", "10.0.0.0/8", "--proxy-header", kind,
                        listen=["127.0.0.1:0", f"unix:{folder}/s"]) as server:
                check(who(server, ALL_THREE) == "127.0.0.1", kind)
                check(not who(server, ALL_THREE, which=1).startswith("192."), f"{kind}: a unix peer")
                for which in (0, 1):
                    s, reader = talk(server, proxy2(bytes([192, 0, 2, 9])) + GET % (b"/client", b""), which)
                    check(reader.answer().status == 400, f"{kind}: PROXY of a stranger")
                    check(reader.ended(), "and closed")
                    s.close()


def closed(s):
    """The other side ends the connection without a word."""
    try:
        return s.recv(100) == b""
    except ConnectionResetError:
        return True


@test
def proxy_protocol():
    ipv6 = bytes.fromhex("20010db8000000000000000000000007")
    with tempfile.TemporaryDirectory() as folder:
        with Server("--trust-proxy", "127.0.0.0/8", "--trust-proxy", "unix", "--proxy-header", "proxy-v2",
                    listen=["127.0.0.1:0", f"unix:{folder}/s"]) as server:
            for which in (0, 1):
                check(who(server, ALL_THREE, proxy2(bytes([192, 0, 2, 9])), which) == "192.0.2.9", "IPv4")
                check(who(server, ALL_THREE, proxy2(ipv6, family=0x21), which) == "2001:db8::7", "IPv6")
                check(who(server, b"", proxy2(bytes([192, 0, 2, 9]), more=b"\x04\0\3abc"), which) ==
                      "192.0.2.9", "an extension")
            check(who(server, ALL_THREE, proxy2(version=0x20, family=0)) == "127.0.0.1", "LOCAL")
            for what, data in (("another signature", b"PROXY TCP4 192.0.2.9 10.0.0.1 1 80\r\n"),
                               ("none", GET % (b"/client", b"")),
                               ("a broken signature", b"\r\n\r\n\0\r\nQUIX\n!\x11\0\x0c" + bytes(12)),
                               ("version 1", proxy2(bytes([192, 0, 2, 9]), version=0x11)),
                               ("version 3", proxy2(bytes([192, 0, 2, 9]), version=0x31)),
                               ("an unknown command", proxy2(bytes([192, 0, 2, 9]), version=0x22)),
                               ("too short for its address", proxy2(bytes([192, 0, 2, 9]), family=0x21)),
                               ("no room for an address", proxy2()),
                               ("too long", proxy2(bytes([192, 0, 2, 9]), length=65535))):
                for which in (0, 1):
                    s, reader = talk(server, data + GET % (b"/client", b""), which)
                    check(closed(s), f"{what}: answered")
            s = server.connect()  # it ends within its header
            s.sendall(proxy2(bytes([192, 0, 2, 9]))[:20])
            s.shutdown(socket.SHUT_WR)
            check(closed(s), "half a header")
            check(who(server, b"", proxy2(bytes([192, 0, 2, 9]))) == "192.0.2.9", "all others go on")


@test
def ways_to_listen():
    with tempfile.TemporaryDirectory() as folder:
        path = f"unix:{folder}/s"
        with Server("--trust-proxy", "unix", listen=["127.0.0.1:0", path]) as server:
            check(ask(server, b"/client").body.startswith(b"127.0.0.1"), "TCP")
            answer = ask(server, b"/client", b"X-Forwarded-For: 192.0.2.1\r\n", which=1)
            check(answer.body.startswith(b"192.0.2.1 "), "a trusted unix peer")
            big = ask(server, b"/large?5000000", which=1)
            check(len(big.body) == 5000001, "large through a unix socket")
        check(not os.path.exists(f"{folder}/s"), "its file is removed")
    try:
        with Server(listen=["[::1]:0"]) as server:
            check(ask(server, b"/client").body.startswith(b"::1 "), "IPv6")
    except AssertionError:
        if os.path.exists("/proc/net/if_inet6") and "00000001 01" in open("/proc/net/if_inet6").read():
            raise
    parent = socket.socket()
    parent.bind(("127.0.0.1", 0))
    parent.listen(10)

    def before():
        os.dup2(parent.fileno(), 3)
        os.set_inheritable(3, True)
    with Server(listen=["fd:3"], before=before) as server:
        check(server.listen[0] == f"127.0.0.1:{parent.getsockname()[1]}", "the address")
        check(ask(server, b"/client").status == 200, "a socket handed over")


# ---- files ----

@test
def files_and_ranges():
    data = os.urandom(1000000)
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        with Server("--file", f.name) as server:
            answer = ask(server, b"/file")
            check(answer.status == 200 and answer.body == data, "whole")
            check(answer.field("Accept-Ranges") == "bytes" and answer.field("Last-Modified"), "fields")
            for text, first, last in [(b"0-0", 0, 0), (b"65530-65545", 65530, 65545),
                                      (b"-10", 999990, 999999), (b"999999-2000000", 999999, 999999),
                                      (b"100-", 100, 999999)]:
                answer = ask(server, b"/file", b"Range: bytes=%s\r\n" % text)
                check(answer.status == 206 and answer.body == data[first:last + 1], text)
                check(answer.field("Content-Range") == f"bytes {first}-{last}/1000000", text)
            answer = ask(server, b"/file", b"Range: bytes=1000000-\r\n")
            check(answer.status == 416 and answer.field("Content-Range") == "bytes */1000000", "416")
            for fields in (b"Range: bytes=0-1,5-6\r\n", b"Range: lines=1-2\r\n", b"Range: bytes=9-1\r\n",
                           b'Range: bytes=0-1\r\nIf-Range: "other"\r\n'):
                answer = ask(server, b"/file", fields)
                check(answer.status == 200 and len(answer.body) == 1000000, fields)
            answer = ask(server, b"/file", b'Range: bytes=0-1\r\nIf-Range: "file-1"\r\n')
            check(answer.status == 206, "If-Range")
            check(ask(server, b"/file", b'If-None-Match: "file-1"\r\n').status == 304, "304")
            s, reader = talk(server, b"HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n" + GET % (b"/file", b"") * 5)
            check(reader.answer(head_only=True).field("Content-Length") == "1000000", "HEAD")
            for _ in range(5):
                check(reader.answer().body == data, "one after the other")
            s.close()
            for _ in range(30):  # gone in the middle of a piece
                s, _ = talk(server, GET % (b"/file", b""))
                s.recv(1)
                reset(s)
            check(ask(server, b"/file").body == data, "still well")
            until(lambda: server.counts()["open"] == 1)
            os.truncate(f.name, 500000)
            check(len(os.listdir(f"/proc/{server.process.pid}/fd")) < 25, "no descriptors leak")


# ---- workers and the end ----

@test
def deferred_after_disconnect():
    with Server() as server:
        for _ in range(100):
            s, _ = talk(server, GET % (b"/slow?300", b"A: b\r\n") * 2)
            reset(s)
        kept = [talk(server, GET % (b"/slow?300", b"")) for _ in range(20)]
        for s, reader in kept:
            check(reader.answer().status == 200, "who stayed is served")
        until(lambda: server.counts()["releases"] >= 120, 5, "every answer is released")
        time.sleep(0.2)
        check(server.counts()["releases"] == 120, "exactly once")
        for _ in range(20):  # in the middle of a large one
            s, _ = talk(server, GET % (b"/large?3000000", b""))
            s.recv(1)
            reset(s)
        until(lambda: server.counts()["releases"] == 140, 5, "large ones too")
        until(lambda: server.counts()["open"] <= 21)


@test
def graceful_stop():
    with Server() as server:
        idle, reader = talk(server, GET % (b"/client", b""))
        reader.answer()
        busy, busy_reader = talk(server, GET % (b"/slow?600", b""))
        half = server.connect()
        half.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        check(reader.ended(), "idle ones are closed")
        time.sleep(0.1)
        try:
            server.connect(timeout=1)
            check(False, "no new connections")
        except OSError:
            pass
        half.sendall(b"llo")
        check(Reader(half).answer().body == b"hello", "a body under way is finished")
        answer = busy_reader.answer()
        check(answer.status == 200 and answer.field("Connection") == "close", "work is finished")
        busy.close()
        half.close()
        code, text = server.stop()
        check(code == 0 and "cut 0" in text, f"{code} {text}")
    with Server("--stop-ms", "300") as server:
        s, _ = talk(server, GET % (b"/slow?5000", b""))
        time.sleep(0.1)
        begun = time.monotonic()
        code, text = server.stop()
        check(code == 0 and "cut 1" in text, f"{code} {text}")
        check(time.monotonic() - begun < 3, "bounded")


@test
def many_at_once():
    """A mix of everything by several threads; nothing is lost or mixed up."""
    problems = []
    with Server("--threads", "2") as server:
        def run(seed):
            try:
                for i in range(30):
                    body = b"%d-%d;" % (seed, i) * (1 + i * 37 % 900)
                    s, reader = talk(server, post(b"/echo", body) + GET % (b"/large?%d" % (seed * 100 + i), b"") +
                                     GET % (b"/page", b"") + post(b"/upload", body))
                    check(reader.answer().body == body, "echo")
                    check(len(reader.answer().body) == seed * 100 + i + 1, "large")
                    check(len(reader.answer().body) > 30000, "page")
                    check(reader.answer().body == b"%d %d %d" % (len(body), len(body), sum(body)), "upload")
                    (reset if i % 2 else socket.socket.close)(s)
            except Exception as problem:
                problems.append(f"{seed}: {problem!r}")
        threads = [threading.Thread(target=run, args=(i,)) for i in range(24)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(not problems, problems)


def run(function, how, extra):
    global EXTRA
    EXTRA = extra
    begun = time.monotonic()
    try:
        note = function()
        spent = time.monotonic() - begun
        print(f"ok      {function.__name__}{how} ({spent:.1f} s){f': {note}' if note else ''}", flush=True)
        return True
    except Exception:
        print(f"FAILED  {function.__name__}{how}")
        traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
        return False


def main():
    global EXAMPLE
    args = sys.argv[1:]
    part = ""
    if "-k" in args:
        at = args.index("-k")
        part = args[at + 1]
        del args[at:at + 2]
    if args:
        EXAMPLE = args[0]
    # All by the default way of reading and writing; what depends on it also by the plain calls.
    plain = [refusals_arrive_and_close, pipelining_keeps_order, closing, uploads, slow_readers_end,
             files_and_ranges, deferred_after_disconnect, graceful_stop, many_at_once]
    results = [run(f, "", []) for f in TESTS if part in f.__name__]
    results += [run(f, " without io_uring", ["--ring", "no"]) for f in plain if part in f.__name__]
    passed, failed = results.count(True), results.count(False)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
