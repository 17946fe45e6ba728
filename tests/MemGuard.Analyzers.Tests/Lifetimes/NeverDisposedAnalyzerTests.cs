using MemGuard.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers.Tests.Lifetimes;

public sealed class NeverDisposedAnalyzerTests
{
    [Theory]
    [InlineData("var source = new CancellationTokenSource(1000); await Work(source.Token);")]
    [InlineData("var source = new CancellationTokenSource(TimeSpan.FromHours(1)); await Work(source.Token);")]
    [InlineData("var source = CancellationTokenSource.CreateLinkedTokenSource(token); await Work(source.Token);")]
    [InlineData("var one = new CancellationTokenSource(); var linked = CancellationTokenSource.CreateLinkedTokenSource(one.Token, token); await Work(linked.Token);")]
    [InlineData("var other = _field; var linked = CancellationTokenSource.CreateLinkedTokenSource(other!.Token); await Work(linked.Token);")]
    [InlineData("var source = new CancellationTokenSource(); source.CancelAfter(1000); await Work(source.Token);")]
    [InlineData("await Work(new CancellationTokenSource(1000).Token);")]
    [InlineData("new Timer(_ => { }, null, 1000, 1000);")]
    [InlineData("_ = new Timer(_ => { }, null, 1000, 1000);")]
    [InlineData("var timer = new Timer(_ => { }, null, 1000, 1000); timer.Change(5, 5);")]
    [InlineData("var timer = new System.Timers.Timer(1000); timer.Elapsed += (_, _) => { }; timer.Start();")]
    [InlineData("var timer = new PeriodicTimer(TimeSpan.FromSeconds(1)); while (await timer.WaitForNextTickAsync(token)) { }")]
    public async Task Local_NobodyCanDisposeOf_IsReported(string statements) => await Analysis.CheckAsync(Method(statements + " // MG0003"));

    [Theory]
    [InlineData("using var source = new CancellationTokenSource(1000); await Work(source.Token);")]
    [InlineData("using (var source = new CancellationTokenSource(1000)) { await Work(source.Token); }")]
    [InlineData("var source = new CancellationTokenSource(1000); try { await Work(source.Token); } finally { source.Dispose(); }")]
    [InlineData("var source = new CancellationTokenSource(1000); _field = source;")]
    [InlineData("var source = new CancellationTokenSource(1000); Keep(source);")]
    [InlineData("var source = new CancellationTokenSource(1000); using (source) { await Work(source.Token); }")]
    [InlineData("var source = new CancellationTokenSource(); await Work(source.Token);")]
    [InlineData("var one = new CancellationTokenSource(); var two = new CancellationTokenSource(); var both = CancellationTokenSource.CreateLinkedTokenSource(one.Token, two.Token); await Work(both.Token);")]
    [InlineData("using var one = new CancellationTokenSource(1000); var linked = CancellationTokenSource.CreateLinkedTokenSource(one.Token, default); await Work(linked.Token);")]
    [InlineData("using var one = new CancellationTokenSource(1000); var linked = CancellationTokenSource.CreateLinkedTokenSource(one.Token, _field!.Token); try { await Work(linked.Token); } finally { _field.Dispose(); }")]
    [InlineData("_field = new CancellationTokenSource(1000);")]
    [InlineData("Keep(new CancellationTokenSource(1000));")]
    [InlineData("var timer = new Timer(_ => { }, null, 1000, 1000); await timer.DisposeAsync();")]
    [InlineData("Timer? timer = null; timer = new Timer(_ => timer!.Dispose(), null, 1000, 1000);")]
    public async Task Local_SomebodyMayDisposeOf_IsNotReported(string statements) => await Analysis.CheckAsync(Method(statements));

    [Fact]
    public async Task Program_WhoseEndIsThatOfTheProcess_IsNotReported() => await Analysis.CheckAsync("var timer = new Timer(_ => { }, null, 1, 1);\nawait Task.Delay(1);\ntimer.Change(1, 1);");

    [Theory]
    [InlineData("var source = new CancellationTokenSource(1000); await Work(source.Token);", true)]
    [InlineData("var source = new CancellationTokenSource(1000); await Work(source.Token).ConfigureAwait(false);", true)]
    [InlineData("var source = new CancellationTokenSource(1000); _ = Work(source.Token);", false)]
    [InlineData("var source = new CancellationTokenSource(1000); _ = Task.Run(() => Work(source.Token));", false)]
    [InlineData("var source = new CancellationTokenSource(1000); _token = source.Token;", false)]
    public async Task Report_ClaimsARepairOnlyWhereTheTokenEndsWithTheBlock(string statements, bool canBeUsing)
    {
        Diagnostic report = Assert.Single(await Analysis.ReportsAsync(Method(statements)));

        Assert.Equal(canBeUsing, report.Properties.ContainsKey(NeverDisposedAnalyzer.CanBeUsing));
    }

    private static string Method(string statements) =>
        $$"""
        public class Service
        {
            private CancellationTokenSource? _field;
            private CancellationToken _token;
            public async Task HandleAsync(CancellationToken token)
            {
                await Task.Yield();
                {{statements}}
            }
            private static Task Work(CancellationToken token) => Task.Delay(1, token);
            private void Keep(CancellationTokenSource source) => _field = source ?? _field;
        }
        """;
}
