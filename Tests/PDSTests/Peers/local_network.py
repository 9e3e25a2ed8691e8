"""The public network on this machine: httpx reaches hosts by their names at local sockets."""

import httpx


def redirect_hosts(hosts):
    """Sends each request of httpx for one of these hosts, or a subdomain, to its local origin.

    The `Host` header keeps the public name, as behind a reverse proxy that ends TLS. Any other host
    than these and loopback is refused, so that nothing leaves the machine. What a client checks
    before it sends a request, it still checks by the public name.
    """

    def place(request):
        host = request.url.host
        for name, target in hosts.items():
            if host == name or host.endswith("." + name):
                local = httpx.URL(target)
                request.url = request.url.copy_with(
                    scheme=local.scheme, host=local.host, port=local.port
                )
                # An upgrade of plain HTTP would be the work of the proxy.
                request.extensions.pop("sni_hostname", None)
                return request
        assert host in ("127.0.0.1", "localhost"), f"{request.url} is not on this machine"
        return request

    send, send_async = (
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
    )

    def handle_request(self, request):
        return send(self, place(request))

    async def handle_async_request(self, request):
        return await send_async(self, place(request))

    httpx.HTTPTransport.handle_request = handle_request
    httpx.AsyncHTTPTransport.handle_async_request = handle_async_request
