namespace MemGuard.Bounded.Tests.Support;

/// <summary>A checker that finds nothing proves nothing: histories of a register whose verdict is known.</summary>
public sealed class LinearizabilityCheckerTests
{
    [Fact]
    public void IsLinearizable_OverlappingReadSeesEitherValue_IsTrue()
    {
        Assert.True(IsRegister(new("write", 1, "", 1, 4), new("read", 0, "1", 2, 3)));
        Assert.True(IsRegister(new("write", 1, "", 1, 4), new("read", 0, "0", 2, 3)));
    }

    [Fact]
    public void IsLinearizable_ReadAfterTheWriteReturnedSeesTheOldValue_IsFalse() =>
        Assert.False(IsRegister(new("write", 1, "", 1, 2), new("read", 0, "0", 3, 4)));

    [Fact]
    public void IsLinearizable_TwoReadsSeeTheValuesInTheWrongOrder_IsFalse() =>
        Assert.False(IsRegister(new("write", 1, "", 1, 10), new("read", 0, "1", 2, 3), new("read", 0, "0", 4, 5)));

    private static bool IsRegister(params TimedOperation[] history) => LinearizabilityChecker.IsLinearizable(
        history,
        "0",
        static (state, operation) => operation.Name == "write" ? $"{operation.Argument}" : operation.Result == state ? state : null);
}
