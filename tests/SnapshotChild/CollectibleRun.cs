using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;

namespace SnapshotChild;

/// <summary>Collectible assemblies come and go, with objects and static fields of their own, while the heap is captured and named.</summary>
internal static class CollectibleRun
{
    private static readonly byte[] Image = File.ReadAllBytes(typeof(CollectibleRun).Assembly.Location);
    private static readonly List<object> Ballast = [.. Enumerable.Range(0, 100_000).Select(static _ => (object)new byte[20])];

    /// <param name="perSecond">How many come and go a second; half of them in load contexts, half made in memory.</param>
    /// <param name="rounds">How many captures.</param>
    /// <param name="asksService">Whether the service is asked, which refuses; else the heap is walked whatever happens.</param>
    public static async Task<int> RunAsync(int perSecond, int rounds, bool asksService)
    {
        using CancellationTokenSource stop = new();
        Thread churn = new(() => Churn(perSecond, stop.Token)) { IsBackground = true };
        churn.Start();
        await using TestHost host = await TestHost.StartAsync();
        using EventPipeCapture capture = new();
        GC.KeepAlive(host.Service);

        // Until enough have come that both have seen: else nothing is tried.
        int before = Volatile.Read(ref _loaded);
        while (Volatile.Read(ref _loaded) - before < 4)
        {
            await Task.Delay(20);
        }

        Dictionary<string, int> outcomes = [];
        for (int i = 0; i < rounds; i++)
        {
            string outcome = asksService ? await AskAsync(host) : Walk(capture);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            await Task.Delay(50);
        }

        await stop.CancelAsync();
        churn.Join();
        GC.KeepAlive(Ballast);
        foreach ((string outcome, int count) in outcomes)
        {
            Console.WriteLine($"{count} {outcome}");
        }

        Console.WriteLine($"{_loaded} assemblies came");
        return 0;
    }

    private static int _loaded;

    private static async Task<string> AskAsync(TestHost host)
    {
        HeapSnapshotResult result = await host.Service.CaptureAsync("collectible");
        using HeapSnapshot? snapshot = result.Snapshot;
        return snapshot is null ? "refused: " + result.RefusedBecause : "taken";
    }

    private static string Walk(EventPipeCapture capture)
    {
        using HeldAssemblies held = new();
        using CapturedHeap heap = capture.Capture(256 << 20, null, CancellationToken.None);
        SnapshotData data = SnapshotBuilder.Build(heap, held.All, SingletonTable.Empty, null);
        return data.IncompleteBecause is null ? "walked" : "incomplete";
    }

    private static void Churn(int perSecond, CancellationToken stop)
    {
        while (!stop.WaitHandle.WaitOne(1000 / perSecond))
        {
            if (_loaded % 2 == 0)
            {
                LoadAndDrop(_loaded);
            }
            else
            {
                MakeAndDrop(_loaded);
            }

            Interlocked.Increment(ref _loaded);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadAndDrop(int number)
    {
        AssemblyLoadContext context = new($"context {number}", isCollectible: true);
        Type plugin = context.LoadFromStream(new MemoryStream(Image)).GetType(typeof(Plugin).FullName!)!;
        GC.KeepAlive(Fill(plugin));
        context.Unload();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndDrop(int number)
    {
        TypeBuilder type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"made {number}"), AssemblyBuilderAccess.RunAndCollect)
            .DefineDynamicModule("module").DefineType($"Made{number}", TypeAttributes.Public);
        type.DefineField("Held", typeof(object), FieldAttributes.Public | FieldAttributes.Static);
        Type made = type.CreateType();
        made.GetField("Held")!.SetValue(null, new object());
        GC.KeepAlive(Fill(made));
    }

    private static object?[] Fill(Type type) => [.. Enumerable.Range(0, 50).Select(_ => Activator.CreateInstance(type))];
}
