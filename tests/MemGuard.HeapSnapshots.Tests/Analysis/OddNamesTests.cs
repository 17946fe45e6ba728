using System.Reflection;
using System.Reflection.Emit;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Names that compilers, proxy generators and obfuscators make, and some that nobody would: one bad name costs one name.</summary>
public sealed class OddNamesTests
{
    private const string Letters = "AZaz09<>`[]{}().,+*&|$_-/\\ \"'\u0000\u0001\t\n\r\u001b\u007f\u0085\u00ad\u200b\u202e\u2066\u2028\ufeff\u0410\u8a9e=:;?!^~#@%";

    private static readonly ModuleBuilder Module =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("odd names"), AssemblyBuilderAccess.Run).DefineDynamicModule("module");

    private static int _made;

    public static TheoryData<string> Odd { get; } = new(
        "IRepository`1Proxy", "Name`", "`", "``", "`1", "A`99999999999999999999", "A`-1", "A`5", "<", ">", "<>", "<>c", "<>c__DisplayClass", "<<<<", "<Main", "<Main>", "<Main>d",
        "<Main>d__1`1", "<>c`1", "a\nb", "\u001b[31mred", "user\u202Etxt.exe", "StateMachineBox", "AsyncStateMachineBox`1", "Ünïcödé`1", "\ud83d", "a]b[c", "[]", "*", "&", "void*");

    [Theory]
    [MemberData(nameof(Odd))]
    public void Format_OddName_IsOneVisibleLine(string name) => AssertFine(Make(name));

    [Fact]
    public void Format_ProxyOfAGenericInterface_KeepsItsName() => Assert.Equal("IRepository`1Proxy", TypeNaming.Format(Make("IRepository`1Proxy")));

    [Fact]
    public void Format_RandomNamesNestedAndGeneric_AreVisibleLines()
    {
        Random random = new(5);
        for (int i = 0; i < 500; i++)
        {
            Type type = Make(RandomName(random));
            AssertFine(type);
            AssertFine(type.MakeArrayType(random.Next(1, 32)));
            AssertFine(typeof(Dictionary<,>).MakeGenericType(type, typeof(List<>).MakeGenericType(type)));
        }
    }

    [Fact]
    public void MethodOfAndDisplay_RandomNames_NeverThrow()
    {
        Random random = new(6);
        for (int i = 0; i < 20_000; i++)
        {
            string name = RandomName(random);

            CompilerNames.MethodOf(name);
            Assert.NotNull(FieldNames.Display(name));
            Assert.Equal(16, Fingerprint.Of(name, name, name).Length);
        }
    }

    [Fact]
    public void MethodOf_BracketsWithoutEnd_EndsOnASmallStack()
    {
        string name = new string('<', 1_000_000) + "Main" + new string('>', 1_000_000);
        string? method = null;
        Thread thread = new(() => method = CompilerNames.MethodOf(name), 128 << 10);
        thread.Start();
        thread.Join();

        Assert.Equal("Main", method);
    }

    // Written out in full it would have 2^40 letters.
    [Fact]
    public void Format_ArgumentsOfArguments_AreCut()
    {
        Type type = typeof(string);
        for (int i = 0; i < 16; i++)
        {
            type = typeof(KeyValuePair<,>).MakeGenericType(type, type);
        }

        string name = TypeNaming.Format(type);

        Assert.InRange(name.Length, 100, VisibleText.MaxNameLength);
        Assert.Contains('…', name);
    }

    [Fact]
    public void Analyse_OddNamesBesideALeak_NamesTheLeak()
    {
        string[] names = ["IRepository`1Proxy", "<Main", "`", "a\nb", "<<<<", new string('x', 900)];
        HeapObject[] odd = [.. names.Select(static name => HeapObject.Of(Make(name)))];
        HeapPicture picture = new HeapPicture()
            .Static(typeof(Holder), "_orders", HeapObject.Of<List<object>>(HeapObject.Of<object[]>([.. HeapObject.Many(200, static () => HeapObject.Of<Version>().Sized(4000)), .. odd])))
            .Static(typeof(Holder), "_odd", HeapObject.Of(Make("IOther`1Proxy"), HeapObject.Of<object[]>(HeapObject.Many(200, static () => HeapObject.Of(Make("<")).Sized(4000)))));

        SnapshotData data = picture.Analyse();

        Assert.Contains(data.Places, static place => place.Name.StartsWith("static OddNamesTests.Holder._orders → List<object>", StringComparison.Ordinal));
        Assert.Contains(data.Types, static type => type.TypeName == "IRepository`1Proxy");
        Assert.All(data.Types, static type => Assert.Equal(type.TypeName, VisibleText.OfName(type.TypeName)));
    }

    private static void AssertFine(Type type)
    {
        string name = TypeNaming.Format(type);

        Assert.NotEmpty(name);
        Assert.InRange(name.Length, 1, VisibleText.MaxNameLength);
        Assert.Equal(name, VisibleText.Of(name));
        Assert.NotNull(HeapType.From(type, null).Name);
        EdgeFields.Find(type, typeof(string));
    }

    private static string RandomName(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Letters[random.Next(Letters.Length)]));

    // In a namespace of its own each: names may repeat. The builder takes a NUL and half a pair for the end of a name.
    private static Type Make(string name)
    {
        string clean = new([.. name.Where(static c => c != '\0' && !char.IsSurrogate(c))]);
        TypeBuilder type = Module.DefineType($"N{Interlocked.Increment(ref _made)}.{(clean.Length == 0 ? "x" : clean)}", TypeAttributes.Public);
        type.DefineField(clean.Length == 0 ? "x" : clean, typeof(string), FieldAttributes.Private);
        return type.CreateType();
    }

    private static class Holder
    {
        public static readonly object _orders = new();
        public static readonly object _odd = new();
    }
}
