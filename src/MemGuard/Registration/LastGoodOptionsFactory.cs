using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>
/// Creates the options, and keeps the last good ones when a changed configuration does not validate.
/// </summary>
/// <remarks>
/// Without it, a bad reload would throw inside the change callback of <see cref="OptionsMonitor{TOptions}"/>, on a thread of the configuration's.
/// At start there is no last good value and the failure stops the host, as it should.
/// </remarks>
internal sealed class LastGoodOptionsFactory(
    IEnumerable<IConfigureOptions<MemGuardOptions>> setups,
    IEnumerable<IPostConfigureOptions<MemGuardOptions>> postConfigures,
    IEnumerable<IValidateOptions<MemGuardOptions>> validations) : IOptionsFactory<MemGuardOptions>, IRefusedOptions
{
    private readonly OptionsFactory<MemGuardOptions> _factory = new(setups, postConfigures, validations);
    private volatile MemGuardOptions? _lastGood;

    /// <inheritdoc/>
    public Action<string>? Refused { get; set; }

    public MemGuardOptions Create(string name)
    {
        try
        {
            return _lastGood = _factory.Create(name);
        }
        catch (Exception exception) when (_lastGood is not null)
        {
            // Out of range, or not even of the option's type; or a configure callback of the user's that throws.
            Refused?.Invoke(exception.Message);
            return _lastGood;
        }
    }
}
