using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>
/// Creates the options, and keeps the last good ones when a changed configuration does not validate. Where MemGuard is turned off, nothing else of
/// the options can fail.
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
        // First of all: an operator who pulls the switch must not be stopped by anything else in the configuration.
        if (KillSwitch.IsOn)
        {
            return new MemGuardOptions { Enabled = false };
        }

        try
        {
            return _lastGood = _factory.Create(name);
        }
        catch (Exception exception)
        {
            // Out of range, or not even of the option's type; or a configure callback of the user's that throws.
            if (IsTurnedOff(name))
            {
                return _lastGood = new MemGuardOptions { Enabled = false };
            }

            if (_lastGood is not { } lastGood)
            {
                throw;
            }

            Refused?.Invoke(exception.Message);
            return lastGood;
        }
    }

    // As far as each setup comes: whatever else it cannot set, it may have turned MemGuard off.
    private bool IsTurnedOff(string name)
    {
        MemGuardOptions options = new();
        foreach (IConfigureOptions<MemGuardOptions> setup in setups)
        {
            Containment.Run(() => Configure(setup, name, options));
        }

        foreach (IPostConfigureOptions<MemGuardOptions> setup in postConfigures)
        {
            Containment.Run(() => setup.PostConfigure(name, options));
        }

        return !options.Enabled;
    }

    private static void Configure(IConfigureOptions<MemGuardOptions> setup, string name, MemGuardOptions options)
    {
        if (setup is IConfigureNamedOptions<MemGuardOptions> named)
        {
            named.Configure(name, options);
        }
        else if (name == Options.DefaultName)
        {
            setup.Configure(options);
        }
    }
}
