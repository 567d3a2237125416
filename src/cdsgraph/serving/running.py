"""The application on a port: started, told of, and stopped when the process is asked to end."""

import logging
import socket
from collections.abc import Callable

import uvicorn

from cdsgraph.errors import BusyError, CdsgraphError
from cdsgraph.serving.app import create_app
from cdsgraph.serving.http.protocol import BoundedHead
from cdsgraph.serving.settings import Settings

_LEAVE_TAKING = 10  # seconds that running queries get when the service is told to stop


class _Server(uvicorn.Server):
    """A server that says when it takes requests."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell_started()


def run(settings: Settings, *, started: Callable[[], None], verbose: bool = False) -> None:
    """Serve until the process is interrupted; `started` is called once requests are answered.

    Raises BusyError when the port is taken, DatasetError or RdfError when the dataset cannot be served.
    """
    _refuse_busy_port(settings.host, settings.port)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=BoundedHead,
        host=settings.host,
        port=settings.port,
        log_level="info" if verbose else "warning",
        access_log=verbose,
        server_header=False,
        timeout_graceful_shutdown=_LEAVE_TAKING,
    )
    # What kept the application from starting is raised below; the server would print its stack trace.
    logging.getLogger("uvicorn.error").addFilter(lambda _: app.state.failure is None)
    server = _Server(config, started)
    try:
        server.run()
    except KeyboardInterrupt:
        return  # the server has stopped by then
    except SystemExit as leaving:
        raise app.state.failure or CdsgraphError("the server could not start") from leaving
    if app.state.failure is not None:
        raise app.state.failure


def _refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise CdsgraphError(
                f"{host} is no address of this machine: {error.strerror}", remedy="leave --host out, or name 0.0.0.0"
            ) from error
        except OSError as error:
            raise BusyError(
                f"cannot listen on {host}:{port}: {error.strerror}",
                remedy=f"stop what listens there or choose another port: cdsgraph serve --port {port + 1}",
            ) from error
