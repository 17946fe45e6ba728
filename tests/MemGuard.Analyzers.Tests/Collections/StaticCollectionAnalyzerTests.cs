using MemGuard.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers.Tests.Collections;

public sealed class StaticCollectionAnalyzerTests
{
    [Theory]
    [InlineData("Dictionary<string, object>", "Kept[key] = key;")]
    [InlineData("Dictionary<int, object>", "Kept.Add(key.Length, key);")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept.GetOrAdd(key, static k => new object());")]
    [InlineData("ConcurrentDictionary<(Type, string), object>", "Kept.TryAdd((typeof(int), key), key);")]
    [InlineData("ConcurrentDictionary<string, bool>", "Kept[key] = true;")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[System.Diagnostics.Activity.Current!.DisplayName] = key;")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[key.Length.ToString()] = key;")]
    [InlineData("ConcurrentDictionary<string, object>", "string contentType = key.ToString(); Kept.GetOrAdd(contentType, static k => new object());")]
    [InlineData("List<string>", "lock (Kept) { if (!Kept.Contains(key)) { Kept.Add(key); } }")]
    [InlineData("HashSet<string>", "if (Kept.Count > 0) { Kept.Add(key); }")]
    [InlineData("ConcurrentQueue<Guid>", "Kept.Enqueue(Guid.NewGuid());")]
    [InlineData("ConcurrentBag<object>", "Kept.Add(new object()); foreach (object each in Kept) { _ = each; }")]
    public async Task Field_IsOnlyAddedTo_IsReported(string type, string statement) => await Analysis.CheckAsync(
        $$"""
        public class Service
        {
            private static readonly {{type}} Kept = new(); // MG0001
            public void Handle(string key) { {{statement}} }
        }
        """);

    [Theory]
    [InlineData("Dictionary<string, object>", "Kept[key] = key; Kept.Remove(key);")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[key] = key; Kept.TryRemove(key, out _);")]
    [InlineData("ConcurrentDictionary<string, object>", "if (Kept.Count >= 100) { return; } Kept[key] = key;")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[key] = key; Trim(Kept);")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[key] = key; var alias = Kept; alias.Clear();")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[key] = key; Interlocked.Exchange(ref Kept, new()).Clear();")]
    [InlineData("List<string>", "Kept.Add(key); Kept = new();")]
    [InlineData("Queue<string>", "Kept.Enqueue(key); while (Kept.Count > 10) { Kept.Dequeue(); }")]
    [InlineData("ConcurrentDictionary<Type, object>", "Kept.GetOrAdd(key.GetType(), static k => new object());")]
    [InlineData("ConcurrentDictionary<(Type, bool), object>", "Kept[(key.GetType(), true)] = key;")]
    [InlineData("ConcurrentDictionary<DayOfWeek, object>", "Kept[DayOfWeek.Friday] = key;")]
    [InlineData("ConcurrentDictionary<TypeKey, object>", "Kept[new TypeKey(key.GetType(), true)] = key;")]
    [InlineData("ConcurrentDictionary<string, Type?>", "Kept.GetOrAdd(key, static k => Type.GetType(k));")]
    [InlineData("Dictionary<string, object>", "Kept[\"one\"] = key; Kept[\"two\"] = key;")]
    [InlineData("List<string>", "Kept[0] = key;")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept.GetOrAdd(key.GetType().Name, key); Kept[string.Empty] = key;")]
    [InlineData("ConcurrentDictionary<string, string>", "Kept.GetOrAdd(System.Diagnostics.Activity.Current!.OperationName, static name => name + \" consume\");")]
    [InlineData("ConcurrentDictionary<string, object>", "Kept[System.Threading.Thread.CurrentThread.Priority.ToString()] = key;")]
    [InlineData("ConcurrentDictionary<string, object>", "string eventTypeName = key.ToString(); Kept.GetOrAdd(eventTypeName, static k => new object());")]
    public async Task Field_CannotGrowWithoutEndOrCannotBeSeenThrough_IsNotReported(string type, string statement) => await Analysis.CheckAsync(
        $$"""
        public class Service
        {
            private static {{type}} Kept = new();
            public void Handle(string key) { {{statement}} }
            private static void Trim(ConcurrentDictionary<string, object> kept) => kept.Clear();
        }
        internal record struct TypeKey(Type Type, bool Flag);
        """);

    [Fact]
    public async Task Field_AddedToWhileTheProgramStarts_IsNotReported() => await Analysis.CheckAsync(
        """
        public class Service
        {
            private static readonly Dictionary<string, object> Kept = new() { ["a"] = new object() };
            private static readonly List<string> Names = Make();
            static Service() { foreach (string name in Names) { Kept[name] = name; } }
            public static void RegisterHandler(string name) => Kept.Add(name, name);
            private static readonly List<IComparable> Parts = [];
            public static void AddPart(IComparable part) => Parts.Add(part);
            public static void AddPart<T>() where T : IComparable, new() { T part = new(); Parts.Add(part); }
            public static void Load() => Kept.Add(Guid.NewGuid().ToString(), "");
            private static List<string> Make() => [];
        }
        internal static class Migrations { internal class AddOrders { private static readonly List<string> Done = []; public void Up(string name) => Done.Add(name); } }
        """);

    [Fact]
    public async Task Field_OfOthers_IsNotReported() => await Analysis.CheckAsync(
        """
        public class Service
        {
            public static readonly List<string> Open = [];
            private readonly List<string> _own = [];
            private static readonly List<string> Cleared = [];
            public void Handle(string key) { Open.Add(key); _own.Add(key); Cleared.Add(key); }
            internal class Cleaner { public void Run() => Cleared.Clear(); }
        }
        """);

    [Fact]
    public async Task Property_InternalAndOnlyAddedTo_IsReportedWithTheMethod()
    {
        IReadOnlyList<Diagnostic> reports = await Analysis.ReportsAsync(
            """
            public static class Log
            {
                internal static List<string> Lines { get; } = [];
                public static void Write(string line) => Lines.Add(line);
            }
            """);

        Assert.StartsWith("'Log.Lines' is added to in 'Write' and nothing is ever taken out", Assert.Single(reports).GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Field_ClearedInGeneratedCode_IsNotReported()
    {
        Assert.Empty(await Analysis.ReportsAsync(
            """
            public partial class Service { private static readonly List<string> Kept = []; public void Handle(string key) => Kept.Add(key); }
            [System.CodeDom.Compiler.GeneratedCode("tool", "1")] public class Generated { }
            public partial class Service { [System.CodeDom.Compiler.GeneratedCode("tool", "1")] public void Reset() => Kept.Clear(); }
            """));
    }
}
