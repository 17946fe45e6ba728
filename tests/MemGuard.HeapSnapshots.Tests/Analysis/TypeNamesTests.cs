using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Two types never look like one.</summary>
public sealed class TypeNamesTests
{
    [Fact]
    public void Format_NameOfItsOwn_IsTheSimpleOne() => Assert.Equal("Timer", Names(typeof(Timer), typeof(Uri), typeof(Timer)).Format(typeof(Timer)));

    [Fact]
    public void Format_NameOfSeveral_HasItsNamespace()
    {
        TypeNames names = Names(typeof(Timer), typeof(Uri), typeof(System.Timers.Timer));

        Assert.Equal("System.Threading.Timer", names.Format(typeof(Timer)));
        Assert.Equal("List<System.Timers.Timer[]>", names.Format(typeof(List<System.Timers.Timer[]>)));
        Assert.Equal("Uri", names.Format(typeof(Uri)));
    }

    [Fact]
    public void Format_NameThatIsSharedDeepInside_HasItsNamespace() =>
        Assert.Equal("System.Threading.Timer", Names(typeof(Dictionary<string, List<Timer>[]>), typeof(Lazy<Tuple<System.Timers.Timer[,]>>)).Format(typeof(Timer)));

    [Fact]
    public void Format_OneGenericClassOfSeveralArguments_IsOneName() => Assert.Equal("List<int>", Names(typeof(List<int>), typeof(List<string>), typeof(List<>)).Format(typeof(List<int>)));

    // The framework's own that no user sees take no simple name away.
    [Fact]
    public void Format_HiddenClassesOfTheFramework_StayAsTheyAre()
    {
        Type one = typeof(object).Assembly.GetType("System.ThrowHelper", throwOnError: true)!;
        Type other = typeof(JsonSerializer).Assembly.GetType("System.Text.Json.ThrowHelper", throwOnError: true)!;

        Assert.Equal("ThrowHelper", Names(one, other).Format(one));
    }

    private static TypeNames Names(params Type[] types)
    {
        TypeNames names = new();
        Array.ForEach(types, names.Include);
        return names;
    }
}
