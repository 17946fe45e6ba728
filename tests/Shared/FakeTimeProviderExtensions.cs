using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Support;

/// <summary>
/// What <c>Advance</c> does not give: it pauses the thread each time, which thousands of steps cannot afford, and it calls a timer that falls due
/// several times on the way only at the end.
/// </summary>
internal static class FakeTimeProviderExtensions
{
    /// <summary>Moves the clock without the pause.</summary>
    public static void Step(this FakeTimeProvider time, TimeSpan by) => time.SetUtcNow(time.GetUtcNow() + by);

    /// <summary>Moves the clock step by step: a timer with that period is called each time at its own time.</summary>
    public static void Pass(this FakeTimeProvider time, TimeSpan total, TimeSpan step)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < total; passed += step)
        {
            time.Step(total - passed < step ? total - passed : step);
        }
    }
}
