using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Slots as the runtime could report them. Where names and types leave several classes, the neighbours decide, and never wrongly.</summary>
public sealed class StaticNeighboursTests
{
    private const ulong Here = 0x7E00_0000_0010;
    private const ulong There = 0x7E00_0000_1000;

    private static readonly Assembly Own = typeof(StaticNeighboursTests).Assembly;

    [Fact]
    public void Find_WantedName_FindsStaticFieldsAlone()
    {
        Dictionary<string, List<FieldInfo>> found = StaticFieldIndex.Find(new HashSet<string> { "_shared", "Constant", "_instance" }, [Own]);

        Assert.Equal(["_shared"], found.Keys);

        // Other tests of this assembly have a field of the name too.
        Assert.Equal(["Alpha", "Beta"], found["_shared"].Select(static field => field.DeclaringType!).Where(static type => type.DeclaringType == typeof(StaticNeighboursTests)).Select(static type => type.Name).Order());
    }

    [Fact]
    public void Resolve_OneClassDeclaresIt_IsCertain() => Assert.Equal(["StaticNeighboursTests.Beta._beta"], Resolve((Here, "_beta", typeof(Version))));

    [Fact]
    public void Resolve_NobodyDeclaresIt_KeepsTheBareName() => Assert.Equal(["_nowhere"], Resolve((Here, "_nowhere", typeof(Version))));

    [Fact]
    public void Resolve_TypeDoesNotFit_IsNoCandidate() => Assert.Equal(["_beta"], Resolve((Here, "_beta", typeof(Uri))));

    [Fact]
    public void Resolve_TypeUnknown_IsNoCandidate() => Assert.Equal(["_beta"], Resolve((Here, "_beta", null)));

    [Fact]
    public void Resolve_FieldOfABaseClassOrInterface_MayHoldIt() =>
        Assert.Equal(["StaticNeighboursTests.Beta._disposable"], Resolve((Here, "_disposable", typeof(MemoryStream))));

    [Fact]
    public void Resolve_NullableField_HoldsItsValue() => Assert.Equal(["StaticNeighboursTests.Beta._maybe"], Resolve((Here, "_maybe", typeof(decimal))));

    [Fact]
    public void Resolve_ThreadStaticOfTheName_IsNoCandidate() => Assert.Equal(["_perThread"], Resolve((Here, "_perThread", typeof(Version))));

    [Fact]
    public void Resolve_ConstantOfTheName_IsNoCandidate() => Assert.Equal(["Constant"], Resolve((Here, "Constant", typeof(string))));

    [Fact]
    public void Resolve_AloneAndAmbiguous_ListsTheCandidates() =>
        Assert.Equal(["(one of StaticNeighboursTests.Alpha._shared | StaticNeighboursTests.Beta._shared)"], Resolve((Here, "_shared", typeof(Version))));

    [Fact]
    public void Resolve_NeighbourBearsTheNameOfOneClass_IsThatClass() =>
        Assert.Equal(
            ["StaticNeighboursTests.Alpha._shared", "StaticNeighboursTests.Alpha._alpha"],
            Resolve((Here, "_shared", typeof(Version)), (Here + 8, "_alpha", typeof(Version))));

    [Fact]
    public void Resolve_NeighbourContradictsOneClass_IsTheOther() =>
        Assert.Equal("StaticNeighboursTests.Beta._shared", Resolve((Here, "_shared", typeof(Version)), (Here + 8, "_unknown", typeof(Version)), (Here - 8, "_disposable", typeof(MemoryStream)))[0]);

    [Fact]
    public void Resolve_NothingButAContradiction_IsTheOther() =>
        Assert.Equal("StaticNeighboursTests.Alpha._shared", Resolve((Here, "_shared", typeof(Version)), (Here - 8, "_unknown", typeof(Version)))[0]);

    // Each class lies once: when one's place is known, an equal field elsewhere is the other's.
    [Fact]
    public void Resolve_BothClassesAreThere_NamesEach() =>
        Assert.Equal(
            ["StaticNeighboursTests.Alpha._shared", "StaticNeighboursTests.Alpha._alpha", "StaticNeighboursTests.Beta._shared"],
            Resolve((Here, "_shared", typeof(Version)), (Here + 8, "_alpha", typeof(Version)), (There, "_shared", typeof(Version))));

    // The second is only certain once the first is: the search goes round again.
    [Fact]
    public void Resolve_CertaintySpreads_InAnyOrder()
    {
        (ulong, string, Type?)[] roots = [(There, "_shared", typeof(Version)), (Here + 8, "_alpha", typeof(Version)), (Here, "_shared", typeof(Version))];

        Assert.Equal(["StaticNeighboursTests.Beta._shared", "StaticNeighboursTests.Alpha._alpha", "StaticNeighboursTests.Alpha._shared"], Resolve(roots));
    }

    [Fact]
    public void Resolve_ManyCandidates_SaysHowMany() => Assert.Equal(["(one of 5 fields named _everywhere)"], Resolve((Here, "_everywhere", typeof(Version))));

    // An assembly that was made at run time has no metadata to read.
    [Fact]
    public void Find_DynamicAssembly_IsSearchedByReflection()
    {
        System.Reflection.Emit.AssemblyBuilder made = System.Reflection.Emit.AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Made"), System.Reflection.Emit.AssemblyBuilderAccess.Run);
        System.Reflection.Emit.TypeBuilder type = made.DefineDynamicModule("Made").DefineType("Holder");
        type.DefineField("_made", typeof(string), FieldAttributes.Static | FieldAttributes.Private);
        type.DefineField("_other", typeof(string), FieldAttributes.Static | FieldAttributes.Private);
        type.CreateType();

        Dictionary<string, List<FieldInfo>> found = StaticFieldIndex.Find(new HashSet<string> { "_made" }, [type.Assembly]);

        Assert.Equal("Holder", Assert.Single(found["_made"]).DeclaringType!.Name);
        Assert.Single(found);
    }

    private static string[] Resolve(params (ulong Slot, string Name, Type? Held)[] roots)
    {
        HeapTypeTable types = new([.. roots.Where(static root => root.Held is not null).Select(static root => new HeapTypeRecord(IdOf(root.Held), root.Held!.Name) { Type = root.Held }).Distinct()], [Own]);
        HeapStatic[] statics = [.. roots.Select(static (root, i) => new HeapStatic(root.Slot, 0x7F00_0000_0000 + ((ulong)i * 64), IdOf(root.Held), root.Name))];
        return [.. StaticNames.Resolve(statics, types).Select(static owner => owner.Name)];
    }

    private static ulong IdOf(Type? type) => type is null ? 0 : (ulong)type.TypeHandle.Value;

    private static class Alpha
    {
        private static readonly Version? _shared;
        private static readonly Version? _alpha;
    }

    private static class Beta
    {
        private static readonly decimal? _maybe;
        private static readonly IDisposable? _disposable;
        private static readonly Version? _shared;
        private static readonly Version? _beta;
        private const string Constant = "constant";

        [ThreadStatic]
        private static Version? _perThread;
    }

    private sealed class Gamma
    {
        private readonly Version? _instance;
    }

    private static class One
    {
        private static readonly Version? _everywhere;
    }

    private static class Two
    {
        private static readonly Version? _everywhere;
    }

    private static class Three
    {
        private static readonly Version? _everywhere;
    }

    private static class Four
    {
        private static readonly Version? _everywhere;
    }

    private static class Five
    {
        private static readonly Version? _everywhere;
    }
}
