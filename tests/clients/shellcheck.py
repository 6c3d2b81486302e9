"""What an editor is told of what ShellCheck says, for tests/clients/shellcheck.sh."""

import sys
import time

from speak import Server

server = Server([sys.argv[1], "lsp"], ".")
uri = server.uri("Dockerfile")
text = (server.project / "Dockerfile").read_text()


def type_text(text, version):
    """Types a text, and gives the seconds until something that is asked behind it is answered."""
    begin = time.monotonic()
    server.change("Dockerfile", text, version)
    place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    server.ask("textDocument/hover", place)
    return time.monotonic() - begin


server.open("Dockerfile")
server.hears("Dockerfile", "shellcheck")

# What is typed is answered at once, and has no remarks until it is saved.
texts = [text.replace("rm $A", "rm $A" + " $B" * count) for count in range(1, 20)]
slowest = max(type_text(text, version) for version, text in enumerate(texts, 2))
server.hears("Dockerfile", "shellcheck", times=0)
server.tell("textDocument/didSave", {"textDocument": {"uri": uri}})
server.hears("Dockerfile", "shellcheck", times=20)

# A text that only moves keeps its remarks.
type_text("# One line more.\n" + texts[-1], 30)
first = server.hears("Dockerfile", "shellcheck", times=20)[0]
assert first["range"]["start"] == {"line": 4, "character": 7}, first
server.end()
print(f"the slowest of {len(texts)} keystrokes took {slowest * 1000:.0f} ms")
