using MemGuard.Analyzers.Tests.Support;

namespace MemGuard.Analyzers.Tests.Requests;

public sealed class RunTimeCompilationAnalyzerTests
{
    [Fact]
    public async Task Compilation_OnTheWayOfARequest_IsReported() => await Analysis.CheckAsync(
        """
        public class Orders : ControllerBase
        {
            public bool Find(string pattern, string text) => new Regex(pattern, RegexOptions.Compiled | RegexOptions.IgnoreCase).IsMatch(text); // MG0008
            private int Count(Expression<Func<int>> count) { Func<int> call = count.Compile(); return call(); } // MG0008
        }
        public class Middleware
        {
            public Task InvokeAsync(HttpContext context) { _ = new Regex("a", RegexOptions.Compiled).IsMatch(context.Request.Path); return Task.CompletedTask; } // MG0008
        }
        public static class Routes
        {
            public static void Map(WebApplication app, Expression<Func<int>> count)
            {
                app.MapGet("/", (string text) => new Regex("a", RegexOptions.Compiled).IsMatch(text)); // MG0008
                app.Use(async (context, next) => { _ = count.Compile()(); await next(context); }); // MG0008
            }
        }
        """);

    [Fact]
    public async Task Compilation_OnceOrElsewhere_IsNotReported() => await Analysis.CheckAsync(
        """
        public class Orders : ControllerBase
        {
            private static readonly Regex Pattern = new("a", RegexOptions.Compiled);
            private static readonly ConcurrentDictionary<string, Regex> Known = new();
            private static Func<int>? Kept;
            public bool Find(string text) => Pattern.IsMatch(text) && new Regex("b").IsMatch(text) && new Regex("c", RegexOptions.IgnoreCase).IsMatch(text);
            public bool Known2(string pattern, string text) { Known.Clear(); return Known.GetOrAdd(pattern, static p => new Regex(p, RegexOptions.Compiled)).IsMatch(text); }
            public int Count(Expression<Func<int>> count) { Kept ??= count.Compile(); return Kept(); }
        }
        public class Worker
        {
            public bool Find(string pattern, string text) => new Regex(pattern, RegexOptions.Compiled).IsMatch(text);
        }
        public static class Routes
        {
            public static void Map(WebApplication app)
            {
                Regex once = new("a", RegexOptions.Compiled);
                app.MapGet("/", (string text) => once.IsMatch(text));
            }
        }
        """);
}
