using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MemGuard.Bounded;

namespace MemGuard.Benchmarks.Soaks;

/// <summary>One call of a service in small. The healthy ones keep a bounded amount, each in another way; the leaks keep an object a call beside that.</summary>
internal static class SoakScenario
{
    private const int HeapBytes = 20 << 20;
    private static readonly object?[] Slots = new object?[1 << 18];
    private static int _slot;

    public static IReadOnlyDictionary<string, Func<Random, Func<Task>>> Healthy { get; } = new Dictionary<string, Func<Random, Func<Task>>>
    {
        ["garbage"] = static random => () => Task.FromResult(new byte[random.Next(2_000)]),
        ["json"] = static random => () => Task.FromResult(JsonSerializer.Deserialize<JsonElement>($$"""{ "order": {{random.Next()}}, "lines": [1, 2, 3] }""")),
        ["async"] = static _ => async () => await Task.Yield(),
        ["ring"] = static _ => Ring(1_024),
        ["large-ring"] = static _ => Ring(4_096),
        ["pool"] = static random => () =>
        {
            ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(random.Next(1, 1 << 16)));
            return Task.CompletedTask;
        },
        ["random-keys"] = RandomKeys,
        ["bounded-cache"] = BoundedEntries,
        ["expiry"] = Expiring,
        ["in-and-out"] = InAndOut,
        ["text"] = static random => () => Task.FromResult(new StringBuilder().AppendFormat(CultureInfo.InvariantCulture, "{0} {1:N2}", random.Next(), random.NextDouble()).ToString()),
        ["server"] = static _ => SoakServer.Start(),
    };

    /// <summary>Where one object a call is kept.</summary>
    public static IReadOnlyDictionary<string, Action> Leaks { get; } = new Dictionary<string, Action>
    {
        [nameof(Holders.KeptInList)] = static () => Holders.KeptInList.Add(new object()),
        [nameof(Holders.KeptInDictionary)] = static () => Holders.KeptInDictionary.TryAdd(new object(), true),
        [nameof(Holders.KeptInQueue)] = static () => Holders.KeptInQueue.Enqueue(new object()),
        [nameof(Holders.Subscribed)] = static () => Holders.Subscribed += new Subscriber().OnChanged,
    };

    /// <summary>A leak of 0.5 % a minute on a heap of 20 MB: 24 B, the smallest object, at 72.8 calls a second. What holds it does not grow with it.</summary>
    public static Func<Task> HalfAPercentAMinute()
    {
        byte[][] heap = [.. Enumerable.Range(0, HeapBytes / 10_000).Select(static _ => new byte[10_000])];
        TimeSpan pace = TimeSpan.FromSeconds(24 / (0.005 * HeapBytes / 60));
        long start = 0;
        int calls = 0;
        return async () =>
        {
            start = start == 0 ? TimeProvider.System.GetTimestamp() : start;

            // A timer of the system may fire late; the next calls make up for it, as requests that have waited do.
            TimeSpan ahead = (++calls * pace) - TimeProvider.System.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero)
            {
                await Task.Delay(ahead);
            }

            Slots[_slot++ % Slots.Length] = new object();
            GC.KeepAlive(heap);
        };
    }

    private static Func<Task> Ring(int size)
    {
        object[] ring = new object[size];
        int next = 0;
        return () =>
        {
            ring[next++ % size] = new object();
            return Task.CompletedTask;
        };
    }

    private static Func<Task> RandomKeys(Random random)
    {
        Dictionary<int, byte[]> cache = [];
        return () =>
        {
            cache[random.Next(1_500)] = new byte[random.Next(400)];
            return Task.CompletedTask;
        };
    }

    private static Func<Task> BoundedEntries(Random random)
    {
        BoundedCache<int, string> cache = new(new BoundedCacheOptions<int, string> { Name = "soak", Capacity = 500 });
        return () => Task.FromResult(cache.GetOrAdd(random.Next(5_000), static key => new string('x', key % 50)));
    }

    private static Func<Task> Expiring(Random random)
    {
        BoundedCache<int, byte[]> cache = new(new BoundedCacheOptions<int, byte[]> { Name = "soak", Capacity = 100_000, TimeToLive = TimeSpan.FromMilliseconds(200) });
        return () => Task.FromResult(cache.GetOrAdd(random.Next(200), static _ => new byte[64]));
    }

    private static Func<Task> InAndOut(Random random)
    {
        ConcurrentDictionary<int, Task> running = [];
        return async () =>
        {
            int id = random.Next();
            running[id] = Task.Run(static () => { });
            await running[id];
            running.TryRemove(id, out _);
        };
    }

    private static class Holders
    {
        public static readonly List<object> KeptInList = [];
        public static readonly ConcurrentDictionary<object, bool> KeptInDictionary = [];
        public static readonly ConcurrentQueue<object> KeptInQueue = [];

        public static event EventHandler? Subscribed;

        public static void Change() => Subscribed?.Invoke(null, EventArgs.Empty);
    }

    private sealed class Subscriber
    {
        public int Seen { get; private set; }

        public void OnChanged(object? sender, EventArgs arguments) => Seen++;
    }
}
