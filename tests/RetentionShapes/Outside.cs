using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Serialization;
using MemGuard.Triage;

namespace RetentionShapes;

/// <summary>Handles, pinned arrays, and code that is made again and again.</summary>
internal static class Outside
{
    private static readonly List<GCHandle> s_pinned = [];
    private static readonly List<MemoryMappedFile> s_files = [];
    private static readonly ConcurrentDictionary<string, Regex> s_patterns = new();
    private static readonly ConcurrentBag<MemoryStream> s_uploads = [];

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("pinned-arrays", static _ => Pin(new byte[900]), "handle", "byte[]") with { Wrong = ["static"], Next = "Free" },
        Shape.Each("handles-to-callbacks", static _ => Keep(new NativeCallback().OnFrame), "handle", "NativeCallback") with { Wrong = ["static"], Next = "Free" },
        Shape.Each("mapped-files", static _ => Map(), "static Outside.s_files", "MemoryMappedFile") with { Next = "dispose each", Problem = MemoryProblem.UnmanagedGrowth, Count = 200 },
        Shape.Each("patterns", static _ => Pattern(), "static Outside.s_patterns → ConcurrentDictionary<string, Regex>") with { Count = 400 },
        Shape.Each("streams", static _ => Upload(), "static Outside.s_uploads → ConcurrentBag<MemoryStream>"),
        Shape.Each("xml-serializers", static _ => new XmlSerializer(typeof(Invoice), new XmlRootAttribute("invoice")), "assemblies") with { Next = "once", Problem = MemoryProblem.UnmanagedGrowth, Count = 40 },
        Shape.Each("loaded-bytes", static _ => Assembly.Load(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "MemGuard.Bounded.dll"))), "MemGuard.Bounded") with { Problem = MemoryProblem.UnmanagedGrowth, Count = 60 },
    ];

    private static byte[] Pin(byte[] frame)
    {
        s_pinned.Add(GCHandle.Alloc(frame, GCHandleType.Pinned));
        return frame;
    }

    private static Action Keep(Action callback)
    {
        GCHandle.Alloc(callback);
        return callback;
    }

    private static MemoryMappedFile Map()
    {
        MemoryMappedFile file = MemoryMappedFile.CreateNew(null, 10_000);
        s_files.Add(file);
        return file;
    }

    private static Regex Pattern() => s_patterns.GetOrAdd($"order-{Guid.NewGuid():N}", static text => new Regex(text, RegexOptions.Compiled));

    private static MemoryStream Upload()
    {
        MemoryStream stream = new(900);
        s_uploads.Add(stream);
        return stream;
    }
}

internal sealed class NativeCallback
{
    private readonly byte[] _frame = new byte[900];

    public void OnFrame() => GC.KeepAlive(_frame);
}

public sealed class Invoice
{
    public int Number { get; set; }
}
