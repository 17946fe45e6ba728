using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>A static field root with the classes that may own it.</summary>
/// <param name="FieldName">Name of the field.</param>
/// <param name="Candidates">Fields that fit; one when it is certain, none when no loaded class declares such a field.</param>
internal sealed record StaticOwner(string FieldName, IReadOnlyList<FieldInfo> Candidates)
{
    private const int MaxListed = 4;

    /// <summary>How types are written.</summary>
    public TypeNames Names { get; init; } = new();

    public bool IsThreadStatic { get; init; }

    /// <summary>What stands before the name.</summary>
    public string Kind => IsThreadStatic ? "thread static " : "static ";

    public bool IsCertain => Candidates.Count == 1;

    /// <summary><c>UserService._cache</c>, <c>(one of A._lock | B._lock)</c>, or the bare field name.</summary>
    public string Name => Candidates.Count switch
    {
        0 => FieldNames.Display(FieldName),
        1 => Describe(Candidates[0]),
        <= MaxListed => "(one of " + string.Join(" | ", Candidates.Select(Describe)) + ")",
        _ => $"(one of {Candidates.Count} fields named {FieldNames.Display(FieldName)})",
    };

    public bool IsFramework => Candidates.Count > 0 && Candidates.All(static candidate => OwnerNames.IsFramework(candidate.Module.Assembly));

    /// <summary>Whether it is MemGuard's.</summary>
    public bool IsOwn => Candidates.Count > 0 && Candidates.All(static candidate => OwnerNames.IsOwn(candidate.Module.Assembly));

    /// <summary>Whether it is where the runtime lists the sockets that something waits for.</summary>
    public bool IsSocketTable => Candidates.Any(static candidate => candidate.DeclaringType?.FullName == HolderRoles.SocketTable);

    /// <summary>Whether it is a table of the runtime in which everything that waits is listed.</summary>
    public bool IsRuntimeTable => Candidates.Any(static candidate => candidate.DeclaringType is { } declaring && HolderRoles.Of(declaring) == HolderRole.RuntimeTable);

    public bool IsEvent => IsCertain && Candidates[0].DeclaringType is { } declaring && Reflection.HasEvent(declaring, Candidates[0].Name);

    /// <summary>The same for the same field in another process, and for no other: assembly, class and field.</summary>
    public string Identity => Candidates.Count == 0 ? FieldName : string.Join('|', Candidates.Select(static one => $"{one.Module.Assembly.GetName().Name}:{one.DeclaringType}:{one.Name}"));

    private string Describe(FieldInfo field) => Names.Format(field.DeclaringType!) + "." + FieldNames.Display(field.Name);
}
