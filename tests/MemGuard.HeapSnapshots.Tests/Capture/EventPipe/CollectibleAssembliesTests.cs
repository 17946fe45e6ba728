using System.Reflection;
using System.Reflection.Emit;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>Collectible assemblies that come and go: the runtime's walk crashes where one dies in the walk's own collection.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class CollectibleAssembliesTests
{
    // The walk itself, asked for whatever happens: without held assemblies it ends the child in every run.
    [Fact]
    public async Task Capture_WhileAssembliesComeAndGo_LeavesTheProcessAlive()
    {
        string output = await ChildProcess.RunAsync("collectible", "5", "8", "walk");

        Assert.Contains("8 walked", output, StringComparison.Ordinal);
        Assert.EndsWith("alive\nexit code 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptureAsync_WhileAssembliesComeAndGo_IsRefusedWithThatReason()
    {
        string output = await ChildProcess.RunAsync("collectible", "30", "10", "service");

        Assert.Contains("refused: 3 or more collectible assemblies were loaded in the last 10 s", output, StringComparison.Ordinal);
        Assert.DoesNotContain("taken", output, StringComparison.Ordinal);
        Assert.EndsWith("alive\nexit code 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void FindObstacle_ManyLoads_IsThereUntilTheyHaveSettled()
    {
        FakeTimeProvider time = new();
        using CollectibleLoads loads = new(time);
        Make(AssemblyBuilderAccess.RunAndCollect);
        Make(AssemblyBuilderAccess.RunAndCollect);
        string? few = loads.FindObstacle();
        time.Advance(TimeSpan.FromSeconds(9));
        Make(AssemblyBuilderAccess.RunAndCollect);
        string? many = loads.FindObstacle();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(few);
        Assert.Contains("collectible", many, StringComparison.Ordinal);
        Assert.Null(loads.FindObstacle());
    }

    [Fact]
    public void FindObstacle_OrdinaryLoads_IsNone()
    {
        using CollectibleLoads loads = new(new FakeTimeProvider());
        for (int i = 0; i < 10; i++)
        {
            Make(AssemblyBuilderAccess.Run);
        }

        Assert.Null(loads.FindObstacle());
    }

    [Fact]
    public void All_AssemblyLoadedMeanwhile_IsHeldToo()
    {
        using HeldAssemblies held = new();

        Assembly made = Make(AssemblyBuilderAccess.RunAndCollect);

        Assert.Contains(held.All, assembly => assembly.FullName == made.FullName);
        Assert.Contains(typeof(HeldAssemblies).Assembly, held.All);
    }

    private static AssemblyBuilder Make(AssemblyBuilderAccess access)
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"made {Guid.NewGuid()}"), access);
        assembly.DefineDynamicModule("module").DefineType("Made").CreateType();
        return assembly;
    }
}
