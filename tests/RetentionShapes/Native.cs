using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using MemGuard.Triage;

namespace RetentionShapes;

/// <summary>What holds memory outside the managed heap.</summary>
internal static class Native
{
    private static readonly List<Func<int>> s_compiled = [];
    private static readonly List<AssemblyBuilder> s_made = [];
    private static readonly List<AssemblyLoadContext> s_plugins = [];

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("native-bitmaps", static (_, count) => Thumbnails.Keep(count))
        {
            Right = ["Bitmap in static Thumbnails.s_kept"],
            Next = "dispose each",
            Problem = MemoryProblem.UnmanagedGrowth,
            Count = 500,
        },
        new("made-assemblies", static (_, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                s_made.Add(AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"Proxies{s_made.Count}"), AssemblyBuilderAccess.Run));
            }
        })
        {
            Right = ["assemblies Proxies*"],
            Next = "once",
            Problem = MemoryProblem.UnmanagedGrowth,
            Count = 200,
        },
        new("plugin-copies", static (_, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                AssemblyLoadContext context = new($"plugin {s_plugins.Count}", isCollectible: false);
                context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "MemGuard.Bounded.dll"));
                s_plugins.Add(context);
            }
        })
        {
            Right = ["copies of the assembly MemGuard.Bounded"],
            Next = "unload",
            Problem = MemoryProblem.UnmanagedGrowth,
            Count = 100,
        },
        new("dynamic-methods", static (_, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                s_compiled.Add(Expression.Lambda<Func<int>>(Expression.Constant(s_compiled.Count)).Compile());
            }
        })
        {
            Right = ["dynamic methods"],
            Next = "compile",
            Problem = MemoryProblem.UnmanagedGrowth,
            Count = 500,
        },
    ];
}

internal sealed class Bitmap : IDisposable
{
    private nint _pixels = Marshal.AllocHGlobal(1000);

    ~Bitmap() => Release();

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        Marshal.FreeHGlobal(_pixels);
        _pixels = 0;
    }
}

internal static class Thumbnails
{
    private static readonly Dictionary<int, Bitmap> s_kept = [];

    public static void Keep(int count)
    {
        for (int i = 0; i < count; i++)
        {
            s_kept.Add(s_kept.Count, new Bitmap());
        }
    }
}
