"""AWS on loopback: moto's services, and a CloudFormation that creates each resource by the API of its service.

Usage: python server.py. Prints its port.
"""

import os

# The CDK's bootstrap attaches policies of AWS.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.server import ThreadedMotoServer

import engine
import resources

engine.install()
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
resources.server["url"] = f"http://127.0.0.1:{port}"
print(port, flush=True)
server._thread.join()
