#!/usr/bin/env python3
"""Puts TLS before a server of this machine, so that git goes to it by https.

    python3 tls.py CERTIFICATE KEY PORT

Prints the port that it listens on, and answers until it is killed.
"""

import socket
import ssl
import sys
import threading


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def serve(plain, context, port):
    try:
        with context.wrap_socket(plain, server_side=True) as outer, socket.create_connection(("127.0.0.1", port)) as inner:
            forth = threading.Thread(target=pump, args=(outer, inner), daemon=True)
            forth.start()
            # What answers ends the connection; who asks may leave its own half open.
            pump(inner, outer)
            outer.unwrap()
    # Whoever asks may have gone, and TLS with them.
    except (OSError, ValueError):
        pass


def main():
    certificate, key, port = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=serve, args=(plain, context, int(port)), daemon=True).start()


if __name__ == "__main__":
    main()
