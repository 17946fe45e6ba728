using MemGuard.Hook.Core;
using MemGuard.StartupHook.Tests.Support;

namespace MemGuard.StartupHook.Tests;

/// <summary>The second stage's decisions.</summary>
public sealed class HookCoreTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null)]
    [InlineData("/hook/MemGuard.Hook.dll", null)]
    [InlineData("/other/Agent.dll:/hook/MemGuard.Hook.dll", "/other/Agent.dll")]
    [InlineData("/hook/MemGuard.Hook.dll::/other/Agent.dll", "/other/Agent.dll")]
    [InlineData("/hook/../hook/MemGuard.Hook.dll", null)]
    [InlineData("/elsewhere/MemGuard.Hook.dll", "/elsewhere/MemGuard.Hook.dll")]
    public void Without_AList_LeavesTheOthers(string? list, string? expected) => Assert.Equal(expected, HookVariables.Without(list, "/hook/MemGuard.Hook.dll"));

    [Theory]
    [InlineData("/app/Shop.dll:/app/MemGuard.dll", true)]
    [InlineData("/app/MemGuard.Bounded.dll:/app/memguard.dll:/app/Shop.dll", true)]
    [InlineData("MemGuard.dll", true)]
    [InlineData("/app/Shop.dll:/app/MemGuard.Bounded.dll", false)]
    [InlineData("/app/Shop.MemGuard.dll:/app/MemGuard.dll.bak", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void BringsMemGuard_WhatTheHostFound_Decides(string? trusted, bool expected) => Assert.Equal(expected, StandAside.BringsMemGuard(trusted));

    [Theory]
    [InlineData("/app/testhost.dll", true)]
    [InlineData("/tools/MemGuard.Tool.dll", true)]
    [InlineData("/app/Shop.dll", false)]
    public void FindReason_NamesOfTools_AreLeftAlone(string entry, bool isAside) => Assert.Equal(isAside, StandAside.FindReason(_folder.Path, [entry]) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("Roslyn/bincore")]
    public void FindReason_BelowAnSdk_IsLeftAlone(string below)
    {
        File.WriteAllText(_folder.Combine("dotnet.dll"), "");
        File.WriteAllText(_folder.Combine("MSBuild.dll"), "");

        Assert.NotNull(StandAside.FindReason(_folder.Combine(below) + "/", ["/app/VBCSCompiler.dll"]));
    }

    [Fact]
    public void Beside_FilesOfTheTool_AreRead()
    {
        string hook = _folder.Combine("MemGuard.Hook.dll");
        Assert.Null(Beside.ReadSession(hook));
        Assert.Empty(Beside.ReadVariables(hook));

        File.WriteAllLines(_folder.Combine("session.txt"), ["/tmp/session"]);
        File.WriteAllLines(_folder.Combine("variables.txt"), ["MEMGUARD_WARM_UP=0s", "MEMGUARD_LOG=off"]);

        Assert.Equal("/tmp/session", Beside.ReadSession(hook));
        Assert.Equal(["MEMGUARD_WARM_UP=0s", "MEMGUARD_LOG=off"], Beside.ReadVariables(hook));
    }
}
