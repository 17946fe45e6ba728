using MemGuard.HeapSnapshots.Allocations;

namespace MemGuard.HeapSnapshots.Tests.Allocations;

public sealed class MethodFrameTests
{
    [Theory]
    [InlineData("Shop.OrderMapper", "Map", "Shop.OrderMapper.Map")]
    [InlineData("Shop.OrderMapper+<Load>d__2", "MoveNext", "Shop.OrderMapper.Load")]
    [InlineData("Shop.OrderMapper+<>c__DisplayClass3_0", "<Map>b__0", "Shop.OrderMapper.Map")]
    [InlineData("Shop.OrderMapper+<>c+<<Map>b__0_0>d", "MoveNext", "Shop.OrderMapper.Map")]
    [InlineData("Shop.OrderMapper", "<Map>g__Inner|4_0", "Shop.OrderMapper.Map")]
    [InlineData("Shop.Repository`1[System.__Canon]", "Find", "Shop.Repository.Find")]
    [InlineData("Shop.Repository`1+Cursor[System.__Canon]", "Next", "Shop.Repository.Cursor.Next")]
    [InlineData("Program", "<Main>$", "Program.Main")]
    [InlineData("", "dynamicClass", "dynamicClass")]
    [InlineData("Shop.Odd\u001b[2J", "Wipe\n", "Shop.Odd\\u001B.Wipe\\n")]
    public void Parse_NameOfTheRuntime_IsTheUsers(string type, string method, string expected) =>
        Assert.Equal(expected, MethodFrame.Parse(type, method).FullName, ignoreCase: true);

    [Theory]
    [InlineData("System.String", true)]
    [InlineData("Microsoft.AspNetCore.Http.HttpContext", true)]
    [InlineData("Systematic.Trade", false)]
    [InlineData("Shop.System.Log", false)]
    public void IsFramework_ByTheNamespace(string type, bool expected) => Assert.Equal(expected, MethodFrame.Parse(type, "M").IsFramework);
}
