namespace Fleet.Simulation;

/// <summary>One series of a Prometheus text: a name and those of its labels that tell it apart.</summary>
internal sealed record Series(string Name, params string[] Labels)
{
    /// <summary>Whether a healthy instance may be without it, as it is without a time to the limit or a killed run before it.</summary>
    public bool IsOptional { get; init; }

    public static Series Problem(string problem, string stage) => new("memguard_problem_active", $"memguard_problem=\"{problem}\"", $"memguard_stage=\"{stage}\"");

    public bool IsOn(string line) =>
        line.StartsWith(Name, StringComparison.Ordinal) && line[Name.Length] is '{' or ' ' && Labels.All(label => line.Contains(label, StringComparison.Ordinal));

    public override string ToString() => Labels.Length == 0 ? Name : $"{Name}{{{string.Join(',', Labels)}}}";
}
