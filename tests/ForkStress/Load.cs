using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ForkStress;

/// <summary>Threads that change the heap in every way there is: small, large and pinned objects, handles, weak tables, collections, load contexts.</summary>
internal sealed class Load : IDisposable
{
    private const int CollectionMilliseconds = 150;
    private const int LoadMilliseconds = 33;
    private const int RowsPerRequest = 50;
    private const int ReplacedWithoutRest = 100;

    private readonly ConditionalWeakTable<object, byte[]> _weak = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Thread> _threads = [];
    private long _replaced;
    private long _loaded;

    public Load(string mode)
    {
        if (mode == Modes.Traffic)
        {
            Start(Serve);
            Start(Serve);
            return;
        }

        for (int i = 0; i < GroundTruth.Workers; i++)
        {
            int worker = i;
            Start(() => Churn(worker));
        }

        Start(CollectInBackground);
        if (mode == Modes.Hammer)
        {
            Start(CollectYoungest);
            Start(CollectYoungest);
        }

        if (mode == Modes.Collectible)
        {
            Start(LoadAndUnload);
        }
    }

    public long Replaced => Interlocked.Read(ref _replaced);

    public long Loaded => Interlocked.Read(ref _loaded);

    public void Dispose()
    {
        _stop.Cancel();
        _threads.ForEach(static thread => thread.Join());
        _stop.Dispose();
    }

    private void Start(ThreadStart work)
    {
        Thread thread = new(work) { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private void Churn(int worker)
    {
        Random random = new(worker);
        List<object> some = [];
        while (!_stop.IsCancellationRequested)
        {
            int list = random.Next(GroundTruth.ListsPerWorker);
            GroundTruth.Replace(worker, list);
            Interlocked.Increment(ref _replaced);
            some.Add(new byte[random.Next(200) == 0 ? random.Next(300_000) : random.Next(10, 600)]);
            some.Add(new string('x', random.Next(1, 40)));
            some.Add(new Dictionary<string, object> { ["a"] = some[^1] });
            if (random.Next(50) == 0)
            {
                GCHandle.Alloc(new byte[random.Next(100)], GCHandleType.Pinned).Free();
            }

            if (random.Next(20) == 0)
            {
                _weak.AddOrUpdate(GroundTruth.Pick(worker, list), new byte[10]);
            }

            if (random.Next(500) == 0)
            {
                some.Add(GC.AllocateArray<byte>(2000, pinned: true));
                some.Add(GC.AllocateUninitializedArray<byte>(5000));
            }

            // Two processors do not keep up with four threads that allocate without a rest: the garbage collector would have the time that the reader needs.
            if (random.Next(ReplacedWithoutRest) == 0)
            {
                Thread.Sleep(1);
            }

            if (some.Count > 8000)
            {
                some.RemoveRange(0, 6000);
            }
        }
    }

    // Requests as a service has them: short-lived rows and text, some 40 MB a second for both threads, and collections when the garbage collector wants them.
    private void Serve()
    {
        string[] recent = new string[1000];
        for (int request = 0; !_stop.IsCancellationRequested; request++)
        {
            for (int row = 0; row < RowsPerRequest; row++)
            {
                recent[(request + row) % recent.Length] = new string('x', 50 + (row % 100)) + request;
            }

            Thread.Sleep(1);
        }
    }

    private void CollectInBackground()
    {
        while (!_stop.Token.WaitHandle.WaitOne(CollectionMilliseconds))
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: false);
        }
    }

    private void CollectYoungest()
    {
        while (!_stop.IsCancellationRequested)
        {
            GC.Collect(0);
            Thread.Yield();
        }
    }

    private void LoadAndUnload()
    {
        byte[] image = File.ReadAllBytes(typeof(Plugin).Assembly.Location);
        while (!_stop.Token.WaitHandle.WaitOne(LoadMilliseconds))
        {
            Use(image);
            Interlocked.Increment(ref _loaded);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(byte[] image)
    {
        AssemblyLoadContext context = new("plugin", isCollectible: true);
        using MemoryStream stream = new(image);
        Assembly assembly = context.LoadFromStream(stream);
        Type type = assembly.GetType(typeof(Plugin).FullName!)!;
        object[] objects = [.. Enumerable.Range(0, 50).Select(_ => Activator.CreateInstance(type)!)];
        context.Unload();
        GC.KeepAlive(objects);
    }
}
