using System.Collections.Concurrent;
using System.Diagnostics;

namespace LeakyShop;

/// <summary>Sends requests to the shop at a fixed rate and measures how long each takes.</summary>
internal sealed class LoadDriver(Uri shop, int requestsPerSecond) : IDisposable
{
    private const int MaxInFlight = 128;

    private readonly HttpClient _client = new() { BaseAddress = shop, Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentQueue<double> _latencies = new();
    private readonly SemaphoreSlim _inFlight = new(MaxInFlight);
    private int _sent;
    private int _failed;

    public int Sent => _sent;

    public int Failed => _failed;

    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                // By the clock, not by ticks: a late tick sends what it missed.
                int due = (int)(clock.Elapsed.TotalSeconds * requestsPerSecond);
                while (_sent < due)
                {
                    await _inFlight.WaitAsync(stop);
                    _ = SendAsync(_sent++);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
    }

    /// <returns>The latency in milliseconds below which the given share of requests stayed.</returns>
    public double Percentile(double share)
    {
        double[] sorted = [.. _latencies];
        Array.Sort(sorted);
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    public void Dispose()
    {
        _client.Dispose();
        _inFlight.Dispose();
    }

    private async Task SendAsync(int number)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(new Uri($"/users/{number}", UriKind.Relative));
            response.EnsureSuccessStatusCode();
            _latencies.Enqueue(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _failed);
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        try
        {
            _inFlight.Release();
        }
        catch (ObjectDisposedException)
        {
            // The run ended while this request was under way.
        }
    }
}
