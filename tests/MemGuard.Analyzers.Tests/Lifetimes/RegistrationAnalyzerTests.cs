using MemGuard.Analyzers.Tests.Support;

namespace MemGuard.Analyzers.Tests.Lifetimes;

public sealed class RegistrationAnalyzerTests
{
    [Fact]
    public async Task Register_OnATokenOfTheCallerAndThrownAway_IsReported() => await Analysis.CheckAsync(
        """
        public class Service
        {
            private readonly CancellationToken _stopping;
            public Service(CancellationToken stopping) { _stopping = stopping; stopping.Register(() => { }); }
            public Task WaitAsync(CancellationToken token)
            {
                TaskCompletionSource source = new();
                token.Register(() => source.TrySetCanceled()); // MG0004
                _ = token.UnsafeRegister(_ => source.TrySetCanceled(), null); // MG0004
                _stopping.Register(() => source.TrySetCanceled()); // MG0004
                return source.Task;
            }
        }
        """);

    [Fact]
    public async Task Register_KeptOrOnceOrOnATokenThatEnds_IsNotReported() => await Analysis.CheckAsync(
        """
        public class Service : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) { stoppingToken.Register(() => { }); return Task.CompletedTask; }
            public async Task HandleAsync(HttpContext context, CancellationToken token)
            {
                using CancellationTokenRegistration registration = token.Register(() => { });
                context.RequestAborted.Register(() => { });
                using CancellationTokenSource source = new();
                source.Token.Register(() => { });
                await Task.Yield();
            }
            public static void Configure(IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.Register(() => { });
        }
        """);
}
