using System.Net.Sockets;
using System.Text;

namespace StreamingUpload;

/// <summary>Well and badly behaved clients of the gateway. Each says how many bytes it moved and how it ended.</summary>
public sealed class Client(Uri gateway)
{
    private const long BytesBetweenPauses = 1024 * 1024;

    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<(long Bytes, string End)> UploadAsync(int megabytes)
    {
        using StreamContent content = new(new EndlessStream(megabytes * 1024L * 1024));
        using HttpResponseMessage response = await Http.PostAsync(new Uri(gateway, "/upload"), content);
        long stored = long.Parse(await response.Content.ReadAsStringAsync());
        return (stored, stored == megabytes * 1024L * 1024 ? "complete" : "incomplete");
    }

    /// <summary>Sends half of a body, and goes away a second later.</summary>
    public async Task<(long Bytes, string End)> GiveUpUploadAsync(int megabytes, Func<int> currentUploads, string path = "/upload")
    {
        ArgumentNullException.ThrowIfNull(currentUploads);
        long half = megabytes * 1024L * 1024 / 2;
        using CancellationTokenSource patience = new();
        using StreamContent content = new(new EndlessStream(2 * half) { StopsAt = half, Stopped = () => patience.CancelAfter(TimeSpan.FromSeconds(1)) });
        try
        {
            using HttpResponseMessage response = await Http.PostAsync(new Uri(gateway, path), content, patience.Token);
            return (half, "incomplete");
        }
        catch (OperationCanceledException)
        {
            // The other end of the chain must hear of it too, or its half of the upload stays for ever.
            for (int tries = 0; tries < 100 && currentUploads() > 0; tries++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }

            return (half, currentUploads() == 0 ? "cancelled, in storage as well" : "incomplete");
        }
    }

    public Task<(long Bytes, string End)> DownloadAsync(int megabytes, TimeSpan pause) =>
        ReadAsync($"/download/{megabytes}", megabytes * 1024L * 1024, pause);

    public Task<(long Bytes, string End)> ReadObjectsAsync(int count) => ReadAsync($"/objects/{count}", expected: null, TimeSpan.Zero);

    /// <summary>Asks for a body and never reads it, until the gateway gives up.</summary>
    public async Task<(long Bytes, string End)> NeverReadAsync(int megabytes)
    {
        using TcpClient tcp = new() { ReceiveBufferSize = 64 * 1024 };
        await tcp.ConnectAsync(gateway.Host, gateway.Port);
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /download/{megabytes} HTTP/1.1\r\nHost: {gateway.Authority}\r\nConnection: close\r\n\r\n"));
        // Longer than the gateway's patience.
        await Task.Delay(Gateway.StalledClientTimeout + TimeSpan.FromSeconds(2));
        byte[] buffer = new byte[64 * 1024];
        long read = 0;
        try
        {
            int now;
            while ((now = await stream.ReadAsync(buffer)) > 0)
            {
                read += now;
            }
        }
        catch (IOException)
        {
            return (read, "connection reset by the gateway");
        }

        return (read, read < megabytes * 1024L * 1024 ? "connection closed by the gateway" : "complete");
    }

    private async Task<(long Bytes, string End)> ReadAsync(string path, long? expected, TimeSpan pause)
    {
        using HttpResponseMessage response = await Http.GetAsync(new Uri(gateway, path), HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[128 * 1024];
        long read = 0;
        long untilPause = BytesBetweenPauses;
        int now;
        while ((now = await body.ReadAsync(buffer)) > 0)
        {
            read += now;
            untilPause -= now;
            if (untilPause <= 0)
            {
                untilPause = BytesBetweenPauses;
                await Task.Delay(pause);
            }
        }

        return (read, expected is null || read == expected ? "complete" : "incomplete");
    }
}
