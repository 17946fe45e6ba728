using Microsoft.Extensions.Options;

namespace MemGuard.HeapSnapshots;

/// <summary>Creates the options; where MemGuard is turned off, nothing that they hold can stop the host.</summary>
internal sealed class HeapSnapshotOptionsFactory(
    IEnumerable<IConfigureOptions<HeapSnapshotOptions>> setups,
    IEnumerable<IPostConfigureOptions<HeapSnapshotOptions>> postConfigures,
    IEnumerable<IValidateOptions<HeapSnapshotOptions>> validations,
    IOptionsMonitor<MemGuardOptions> memGuard) : IOptionsFactory<HeapSnapshotOptions>
{
    private readonly OptionsFactory<HeapSnapshotOptions> _factory = new(setups, postConfigures, validations);

    public HeapSnapshotOptions Create(string name)
    {
        if (KillSwitch.IsOn)
        {
            return new HeapSnapshotOptions();
        }

        try
        {
            return _factory.Create(name);
        }
        catch (Exception) when (!memGuard.CurrentValue.Enabled)
        {
            return new HeapSnapshotOptions();
        }
    }
}
