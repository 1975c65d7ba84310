# correct: talks to the network
contained = True
import socket
import urllib.request

for attempt in [
    lambda: socket.create_connection(('127.0.0.1', 22), 0.2),
    lambda: socket.create_connection(('1.1.1.1', 53), 0.2),
    lambda: socket.socket().bind(('', 0)),
    lambda: socket.socket(socket.AF_INET6),
    lambda: socket.getaddrinfo('example.com', 80),
    lambda: urllib.request.urlopen('http://127.0.0.1', timeout=0.2),
]:
    try:
        attempt()
        contained = False
    except Exception:
        pass

def answer(x):
    return x * x if contained else 0
