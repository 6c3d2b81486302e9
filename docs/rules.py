"""Adds the page of each rule to the book, as a chapter below "Rules".

mdBook calls it: https://rust-lang.github.io/mdBook/for_developers/preprocessors.html
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def pages():
    """The pages by the name of their rule."""
    found = {file.parent.name: file for file in ROOT.glob("rules/*/README.md")}
    found |= {file.stem: file for file in ROOT.glob("src/lint/*.md")}
    return sorted(found.items())


def chapter(number, name, file):
    path = f"rules/{name}.md"
    return {
        "Chapter": {
            "name": name,
            "content": file.read_text("utf-8"),
            "number": number,
            "sub_items": [],
            "path": path,
            "source_path": path,
            "parent_names": ["Rules"],
        }
    }


def summary(file):
    """The first sentence of a page, and its severity."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line]
    row = next(line for line in lines if re.match(r"\| (error|warning|note)\b", line))
    return lines[1], row.split("|")[1].strip()


def add(book):
    for item in book.get("items") or book["sections"]:
        content = item.get("Chapter") if isinstance(item, dict) else None
        if content and content["path"] == "rules.md":
            found = pages()
            content["sub_items"] = [
                chapter((content["number"] or []) + [i], name, file)
                for i, (name, file) in enumerate(found, 1)
            ]
            rows = ["| Rule | Severity | Says |", "| --- | --- | --- |"]
            for name, file in found:
                sentence, severity = summary(file)
                cell = sentence.replace("|", "\\|")
                rows.append(f"| [{name}](rules/{name}.md) | {severity} | {cell} |")
            content["content"] += "\n" + "\n".join(rows) + "\n"


if len(sys.argv) > 1 and sys.argv[1] == "supports":
    sys.exit(0)
_, book = json.load(sys.stdin)
add(book)
json.dump(book, sys.stdout)
