using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MemGuard.AspNetCore.Tests.Backpressure;

/// <summary>Asks and then never reads: over a bare socket, or by a stream of HTTP/2 whose window stays as it is.</summary>
internal sealed class NeverReadingClient : IDisposable
{
    private readonly List<IDisposable> _open = [];

    public async Task AskAsync(Uri site, string path, bool isHttp2)
    {
        if (!isHttp2)
        {
            TcpClient tcp = new() { ReceiveBufferSize = 8192 };
            _open.Add(tcp);
            await tcp.ConnectAsync(IPAddress.Loopback, site.Port);
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {site.Authority}\r\n\r\n"));
            return;
        }

        HttpClient client = new(new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535, UseProxy = false }) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        _open.Add(client);

        // Its answer is never looked at.
        _ = client.GetAsync(new Uri(site, path), HttpCompletionOption.ResponseHeadersRead).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    public void Dispose() => _open.ForEach(static one => one.Dispose());
}
