"""Streams an answer with nothing but the standard library.

    python3 chat.py "What is a sluice?"
"""

import json
import os
import sys
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

BASE_URL = os.environ.get("SLUICE_URL", "http://127.0.0.1:8787")
KEY = os.environ.get("SLUICE_KEY", "any")
MODEL = os.environ.get("SLUICE_MODEL", "demo/openai/chat")


def ask(prompt):
    """Yields the answer piece by piece. Raises RuntimeError unless the provider finished it."""
    body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": prompt}]}
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    request = Request(f"{BASE_URL}/v1/chat/completions", json.dumps(body).encode(), headers)
    with urlopen(request, timeout=120) as response:
        for line in response:
            if not line.startswith(b"data: "):
                continue
            data = line[len(b"data: ") :].strip()
            if data == b"[DONE]":
                return
            event = json.loads(data)
            if "error" in event:
                raise RuntimeError(f"{event['error']['code']}: {event['error']['message']}")
            for choice in event["choices"]:
                yield choice["delta"].get("content") or ""
    raise RuntimeError("The connection ended before the answer was complete.")


def main():
    try:
        for piece in ask(" ".join(sys.argv[1:]) or "What is a sluice?"):
            print(piece, end="", flush=True)
        print()
    except HTTPError as error:
        sys.exit(json.load(error)["error"]["message"])
    except URLError as error:
        sys.exit(f"{BASE_URL}: {error.reason}. Is `npm start` running?")
    except (RuntimeError, OSError) as error:
        sys.exit(f"\n{error}")


main()
