using System.Reflection;
using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class NamingTests
{
    private readonly object _first = new();
    private readonly List<string> _names = [];
    private readonly (int Number, Version? Inner) _pair = (0, null);

    [Theory]
    [InlineData(typeof(int), "int")]
    [InlineData(typeof(int?), "int?")]
    [InlineData(typeof(string[]), "string[]")]
    [InlineData(typeof(int[,][]), "int[,][]")]
    [InlineData(typeof(Dictionary<string, List<int>>), "Dictionary<string, List<int>>")]
    [InlineData(typeof(List<(int, string[])>), "List<(int, string[])>")]
    [InlineData(typeof((int, (string, byte)?)), "(int, (string, byte)?)")]
    [InlineData(typeof(ValueTuple<int>), "ValueTuple<int>")]
    [InlineData(typeof(Outer<int>.Inner<string>[]), "NamingTests.Outer<int>.Inner<string>[]")]
    [InlineData(typeof(Outer<>.Plain), "NamingTests.Outer<T>.Plain")]
    [InlineData(typeof(nint), "nint")]
    [InlineData(typeof((bool, sbyte, char, short, ushort, uint, ulong)), "(bool, sbyte, char, short, ushort, uint, ulong)")]
    [InlineData(typeof((byte, long, float, double, decimal, object, nuint)), "(byte, long, float, double, decimal, object, nuint)")]
    [InlineData(typeof(ValueTuple<int, int, int, int, int, int, int, ValueTuple<int>>), "ValueTuple<int, int, int, int, int, int, int, ValueTuple<int>>")]
    [InlineData(typeof(Tuple<int, int>), "Tuple<int, int>")]
    [InlineData(typeof(int*), "Int32*")]
    public void Format_Type_IsWrittenAsInTheSource(Type type, string expected) => Assert.Equal(expected, TypeNaming.Format(type));

    [Theory]
    [InlineData("System.Gen2GcCallback", "System.Gen2GcCallback")]
    [InlineData("System.Threading.ThreadInt64PersistentCounter+ThreadLocalNodeFinalizationHelper", "System.Threading.ThreadInt64PersistentCounter+ThreadLocalNodeFinalizationHelper")]
    [InlineData("System.IO.Strategies.BufferedFileStreamStrategy", "System.IO.Stream")]
    public void FindVisible_HiddenClass_IsOneThatSaysMoreThanObject(string hidden, string expected) =>
        Assert.Equal(expected, Reflection.FindVisible(typeof(object).Assembly.GetType(hidden, throwOnError: true)!).FullName);

    [Fact]
    public void Format_Closure_IsNamedByItsMethod()
    {
        int captured = Environment.ProcessId;
        Func<int> closure = () => captured;

        Assert.Equal("closure created in NamingTests.Format_Closure_IsNamedByItsMethod", TypeNaming.Format(closure.Target!.GetType()));
    }

    [Fact]
    public void Format_StateMachine_IsNamedByItsMethod()
    {
        AsyncStateMachineAttribute attribute = (AsyncStateMachineAttribute)typeof(NamingTests).GetMethod(nameof(WaitAsync), BindingFlags.Static | BindingFlags.NonPublic)!.GetCustomAttributes(typeof(AsyncStateMachineAttribute), false)[0];

        Assert.Equal("async NamingTests.WaitAsync", TypeNaming.Format(attribute.StateMachineType));
        Assert.Equal("iterator NamingTests.Count", TypeNaming.Format(Count().GetType()));
    }

    [Fact]
    public void Format_TypeWithinTypes_EndsAfterTwentyFourLevels()
    {
        Type type = typeof(int);
        for (int i = 0; i < 30; i++)
        {
            type = typeof(List<>).MakeGenericType(type);
        }

        Assert.Equal(string.Concat(Enumerable.Repeat("List<", 24)) + "…" + new string('>', 24), TypeNaming.Format(type));
    }

    [Theory]
    [InlineData("<Register>b__3", "Register")]
    [InlineData("<<Main>$>g__Local|0_1", "Main")]
    [InlineData("<<Register>b__0>d", "Register")]
    [InlineData("<>c", null)]
    [InlineData("Plain", null)]
    public void MethodOf_CompilerName_IsTheUsersMethod(string name, string? expected) => Assert.Equal(expected, CompilerNames.MethodOf(name));

    [Fact]
    public void Find_OnlyFieldThatFits_IsNamed()
    {
        Assert.Equal("(one of _first | _pair.Item2)", EdgeFields.Find(typeof(NamingTests), typeof(Version)));
        Assert.Equal("_inner", EdgeFields.Find(typeof(Derived), typeof(Version)));
        Assert.Equal("[]", EdgeFields.Find(typeof(string[]), typeof(string)));
        Assert.Equal("[].Item2", EdgeFields.Find(typeof((int, Version)[]), typeof(Version)));
        GC.KeepAlive((_first, _names, _pair));
    }

    [Fact]
    public void Find_SeveralFieldsFit_AreListed() =>
        Assert.Equal("(one of _first | _names)", EdgeFields.Find(typeof(NamingTests), typeof(List<string>)));

    [Fact]
    public void Find_UnknownType_HasNoName()
    {
        Assert.Null(EdgeFields.Find(null, typeof(string)));
        Assert.Null(EdgeFields.Find(typeof(Derived), typeof(Uri)));
    }

    [Theory]
    [InlineData("<Lines>k__BackingField", "Lines")]
    [InlineData("<Shop.Baskets.IBasket.Lines>k__BackingField", "IBasket.Lines")]
    [InlineData("<Shop.IBasket<System.Int32,Shop.Key>.Lines>k__BackingField", "IBasket<Int32,Key>.Lines")]
    [InlineData("<letters>P", "letters")]
    [InlineData("<seen>5__2", "seen")]
    [InlineData("<>4__this", "<>4__this")]
    [InlineData("_items", "_items")]
    public void Display_FieldThatACompilerHasNamed_IsAsTheSourceHasIt(string name, string expected) => Assert.Equal(expected, FieldNames.Display(name));

    [Fact]
    public void Of_SamePlaceInAnotherBuild_HasTheSameFingerprint()
    {
        string one = Fingerprint.Of("static A._callbacks", "List<Action>", "73 % A.<>c__DisplayClass12_0");
        string other = Fingerprint.Of("static A._callbacks", "List<Action>", "81 % A.<>c__DisplayClass7_1");

        Assert.Equal(one, other);
        Assert.NotEqual(one, Fingerprint.Of("static B._callbacks", "List<Action>", "73 % A.<>c__DisplayClass12_0"));
    }

    [Fact]
    public void Fits_OpenField_FindsItsArguments()
    {
        Dictionary<Type, Type> arguments = [];
        Type parameter = typeof(Outer<>).GetGenericArguments()[0];

        Assert.True(TypeUnifier.Fits(typeof(Dictionary<,>).MakeGenericType(typeof(string), parameter), typeof(Dictionary<string, Version>), arguments));
        Assert.Equal(typeof(Version), arguments[parameter]);
        Assert.False(TypeUnifier.Fits(typeof(List<>).MakeGenericType(parameter), typeof(Dictionary<string, Version>), []));
        Assert.True(TypeUnifier.Fits(typeof(IList<>).MakeGenericType(parameter), typeof(List<int>), []));
    }

    [Fact]
    public void Fits_ParameterThatOccursTwice_IsOneType()
    {
        Type parameter = typeof(Outer<>).GetGenericArguments()[0];
        Type pair = typeof(Dictionary<,>).MakeGenericType(parameter, parameter);

        Assert.True(TypeUnifier.Fits(pair, typeof(Dictionary<int, int>), []));
        Assert.False(TypeUnifier.Fits(pair, typeof(Dictionary<int, long>), []));
    }

    [Fact]
    public void Fits_ArrayOfAParameter_IsAnArrayOfThatRank()
    {
        Type parameter = typeof(Outer<>).GetGenericArguments()[0];
        Dictionary<Type, Type> arguments = [];

        Assert.True(TypeUnifier.Fits(parameter.MakeArrayType(), typeof(Version[]), arguments));
        Assert.Equal(typeof(Version), arguments[parameter]);
        Assert.False(TypeUnifier.Fits(parameter.MakeArrayType(), typeof(Version[,]), []));
        Assert.False(TypeUnifier.Fits(parameter.MakeArrayType(), typeof(Version), []));
        Assert.False(TypeUnifier.Fits(typeof(List<>).MakeGenericType(parameter), typeof(Version[]), []));
    }

    // What one level bound says nothing of the next.
    [Fact]
    public void Fits_InterfaceOfTheObject_BindsWhatItHas()
    {
        Type parameter = typeof(Outer<>).GetGenericArguments()[0];
        Dictionary<Type, Type> arguments = [];

        Assert.True(TypeUnifier.Fits(typeof(IDictionary<,>).MakeGenericType(typeof(string), parameter), typeof(Dictionary<string, Version>), arguments));
        Assert.Equal([typeof(Version)], arguments.Values);
        Assert.True(TypeUnifier.Fits(typeof(System.Collections.ObjectModel.Collection<>).MakeGenericType(parameter), typeof(Versions), []));
        Assert.True(TypeUnifier.Fits(typeof(Exception), typeof(ArgumentException), []));
        Assert.False(TypeUnifier.Fits(typeof(ArgumentException), typeof(Exception), []));
    }

    [Theory]
    [InlineData("<>c", true)]
    [InlineData("Plain", false)]
    public void Format_ClassOfLambdasThatCaptureNothing_IsNamedByTheClassThatHasThem(string name, bool expected)
    {
        Func<int, int> lambda = static number => number + 1;

        Assert.Equal(expected, lambda.Target!.GetType().Name == name && TypeNaming.Format(lambda.Target.GetType()) == "lambdas of NamingTests");
    }

    internal static async Task WaitAsync() => await Task.Yield();

    private static IEnumerable<int> Count()
    {
        yield return 1;
    }

    private class Base
    {
        private readonly Version _inner = new();

        public override string ToString() => _inner.ToString();
    }

    private sealed class Derived : Base;

    private sealed class Versions : System.Collections.ObjectModel.Collection<Version>;

    private static class Outer<T>
    {
        public sealed class Inner<TOther>;

        public sealed class Plain;
    }
}
