"""A client of the language server, for the clients of this folder that cannot be driven whole."""

import json
import pathlib
import queue
import subprocess
import threading
import time


class Server:
    """A server that was started by a command, for a project; what it says is taken in."""

    def __init__(self, command, project, **initialize):
        self.project = pathlib.Path(project).resolve()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.said = queue.Queue()
        self.diagnostics = {}
        self.asked = 0
        threading.Thread(target=self.listen, daemon=True).start()
        folder = {"uri": self.project.as_uri(), "name": self.project.name}
        params = {"processId": None, "rootUri": folder["uri"], "workspaceFolders": [folder]}
        self.folder = folder
        self.ask("initialize", {"capabilities": {}, **params, **initialize})
        self.tell("initialized", {})

    def listen(self):
        output = self.process.stdout
        while header := output.readline():
            length = int(header.split(b":")[1])
            output.readline()
            self.said.put(json.loads(output.read(length)))

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send(method=method, params=params)

    def ask(self, method, params):
        self.asked += 1
        self.send(id=self.asked, method=method, params=params)
        while (message := self.said.get(timeout=30)).get("id") != self.asked:
            self.take(message)
        return message["result"]

    def take(self, message):
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]

    def uri(self, path):
        return (self.project / path).as_uri()

    def open(self, path, language="x"):
        text = (self.project / path).read_text()
        item = {"uri": self.uri(path), "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def change(self, path, text, version):
        document = {"uri": self.uri(path), "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.tell("textDocument/didChange", params)

    def hears(self, path, code, times=1):
        """Waits until a file has so many diagnostics with a code, and gives them."""
        end = time.monotonic() + 30
        while True:
            all = self.diagnostics.get(self.uri(path), [])
            found = [one for one in all if one["code"] == code]
            if len(found) == times and self.uri(path) in self.diagnostics:
                return found
            self.take(self.said.get(timeout=max(0, end - time.monotonic())))

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        assert self.process.wait(10) == 0
