using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MemGuard.Benchmarks.Web;

/// <summary>What people who look cost: memory of the server and lateness of its samples before, while and after the page's stream has viewers, some of whom never read.</summary>
internal static class ViewersProgram
{
    private static readonly TimeSpan Settle = Effort.Of(TimeSpan.FromSeconds(70), least: TimeSpan.FromSeconds(1));

    private static readonly HttpClient Client = new();

    /// <summary>Arguments: [viewers, 50 by default] [of them stalled, 10] [minutes, 2]; or: serve KIND.</summary>
    public static int Run(string[] args)
    {
        if (args is ["serve", string kind])
        {
            return WebChild.Serve(kind);
        }

        int viewers = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
        int stalled = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        double minutes = args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 2;
        return RunAsync(viewers, stalled, TimeSpan.FromMinutes(minutes)).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(int viewers, int stalled, TimeSpan length)
    {
        using WebChild child = WebChild.Start("viewers", WebChild.Mapped);

        // A first look compiles what the page needs, which is none of what a viewer costs.
        using (CancellationTokenSource first = new(Effort.Of(TimeSpan.FromSeconds(5), least: TimeSpan.FromSeconds(1.5))))
        {
            await ReadAsync(child.Address, first.Token);
        }

        await Task.Delay(Settle);
        Console.WriteLine($"{viewers} viewers, {stalled} of whom never read, for {length.TotalMinutes:0.##} min.");
        Console.WriteLine("| | resident MB | live heap MB | allocated so far, MB | latest sample of the last minute, ms |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        WebChild.Figures before = await TellAsync(child, "before");
        using CancellationTokenSource stop = new();
        Task<int>[] reading = [.. Enumerable.Range(0, viewers - stalled).Select(_ => ReadAsync(child.Address, stop.Token))];
        List<Socket> idle = [];
        WebChild.Figures during = before;
        DateTime end = DateTime.UtcNow + length;
        while (DateTime.UtcNow < end)
        {
            // Who does not read is disconnected, and comes back.
            idle.ForEach(static socket => socket.Dispose());
            idle = [.. Enumerable.Range(0, stalled).Select(_ => Stall(child.Address))];
            TimeSpan rest = end - DateTime.UtcNow;
            await Task.Delay(rest < TimeSpan.FromMinutes(1) ? rest > TimeSpan.Zero ? rest : TimeSpan.Zero : TimeSpan.FromMinutes(1));
            during = await child.ReadAsync(Client);
        }

        Print("while they look", during);
        await stop.CancelAsync();
        idle.ForEach(static socket => socket.Dispose());
        int ticks = (await Task.WhenAll(reading)).DefaultIfEmpty().Min();
        await Task.Delay(Settle);
        WebChild.Figures after = await TellAsync(child, "after");
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Each reader got {ticks} lines at least. While they look {(during.ResidentBytes - before.ResidentBytes) / 1048576.0:+0.0;-0.0} MB resident, {(during.LiveBytes - before.LiveBytes) / 1048576.0:+0.00;-0.00} MB live; afterwards {(after.ResidentBytes - before.ResidentBytes) / 1048576.0:+0.0;-0.0} and {(after.LiveBytes - before.LiveBytes) / 1048576.0:+0.00;-0.00} MB."));
        return ticks > 0 || viewers == stalled ? 0 : 1;
    }

    /// <returns>How many lines came.</returns>
    private static async Task<int> ReadAsync(Uri address, CancellationToken stop)
    {
        int lines = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using HttpResponseMessage response = await Client.GetAsync(new Uri(address, "memguard/events"), HttpCompletionOption.ResponseHeadersRead, stop);
                using StreamReader reader = new(await response.Content.ReadAsStreamAsync(stop));
                while (await reader.ReadLineAsync(stop) is not null)
                {
                    lines++;
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
            {
                // The end, or the server's ten minutes.
            }
        }

        return lines;
    }

    private static Socket Stall(Uri address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Connect(address.Host, address.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /memguard/events HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"));
        return socket;
    }

    private static async Task<WebChild.Figures> TellAsync(WebChild child, string when)
    {
        WebChild.Figures figures = await child.ReadAsync(Client);
        Print(when, figures);
        return figures;
    }

    private static void Print(string when, WebChild.Figures figures) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {when} | {figures.ResidentBytes / 1048576.0:0.0} | {figures.LiveBytes / 1048576.0:0.00} | {figures.AllocatedBytes / 1048576.0:0.00} | {figures.LatestSampleMilliseconds:0.0} |"));
}
