using Microsoft.Extensions.Configuration;

namespace MemGuard;

/// <summary>A section of the configuration from which the options are bound, for whoever looks through its names.</summary>
internal sealed record OptionsSection(IConfiguration Section, string Name);
