"""Start LocalStack (localstack-core 4.14.0) on a free port of 127.0.0.1, for the end-to-end tests.

    python localstack_main.py FOLDER < pipe

Everything that the server writes goes into FOLDER. The one line on stdout is the port; it is open from then on,
so a request that comes before the server is ready waits for its answer. The server ends when its stdin is
closed, as it is when the process that holds the other end ends in any way, and takes FOLDER with it.
"""

import os
import re
import shutil
import signal
import socket
import sys
import threading

# What the bootstrap template and the CDK CLI call; whatever else is called fails and is noticed.
SERVICES = "cloudformation,iam,s3,ssm,kms,sts,ecr"


def main():
    folder = os.path.abspath(sys.argv[1])
    threading.Thread(target=end_with_stdin, args=[folder], daemon=True).start()

    # LocalStack would listen on every address, whatever GATEWAY_LISTEN says. Here the socket is made first: it
    # is bound to the loopback interface, and no other process can take the port in between.
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    port = listener.getsockname()[1]
    # LocalStack reads its settings while it is imported.
    os.environ.update(settings(folder, port))
    listen_with(listener)
    mend_lists_on_update()

    print(port, flush=True)
    # LocalStack's own lines go to the log: a pipe that nobody reads would fill and stop it.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    from localstack.runtime.main import main as serve

    serve()


def end_with_stdin(folder):
    """Wait for the end of stdin, then end at once: an orderly shutdown takes seconds, and nobody reads on."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    # With what it may have started, unless the group is somebody else's.
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def settings(folder, port):
    return {
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        # It takes itself for a container where this is not said, and looks for `/etc/localstack`.
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": folder,
        "CONFIG_DIR": folder,
        "TMPDIR": folder,
        "HOME": folder,
        "SERVICES": SERVICES,
        # The others are loaded on demand too, where one of these needs them.
        "STRICT_SERVICE_LOADING": "0",
        "EAGER_SERVICE_LOADING": "0",
        # No DNS server, no usage reports, no certificate from the network.
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }


def listen_with(listener):
    """Give the socket to the gateway, in place of the one that it would open."""
    from twisted.internet import endpoints

    def endpoint(reactor, _port):
        # The reactor works with a copy of the descriptor and does not block on it.
        listener.setblocking(False)
        return endpoints.AdoptedStreamServerEndpoint(reactor, listener.fileno(), socket.AF_INET)

    endpoints.TCP4ServerEndpoint = endpoint


def mend_lists_on_update():
    """Read the previous value of a list parameter as a list.

    In an update LocalStack splits the new value of a CommaDelimitedList but leaves the previous one a string, so
    `Fn::Join` over it, as in the condition IncludeComputeEcs, fails with `Invalid arguments list definition`.
    """
    from localstack.services.cloudformation.engine.v2 import change_set_model_preproc as preproc

    unmended = preproc.ChangeSetModelPreproc.visit_node_parameter

    def visit_node_parameter(self, node):
        delta = unmended(self, node)
        kind = self.visit(node.type_)
        # A parameter that the update takes away has no type after it.
        kind = kind.before if preproc.is_nothing(kind.after) else kind.after
        if not isinstance(delta.before, str) or not re.fullmatch(r"CommaDelimitedList|List<.+>", kind):
            return delta
        before = [item.strip() for item in delta.before.split(",")]
        return preproc.PreprocEntityDelta(before=before, after=delta.after)

    preproc.ChangeSetModelPreproc.visit_node_parameter = visit_node_parameter


main()
