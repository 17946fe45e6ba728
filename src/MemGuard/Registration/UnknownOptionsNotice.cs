using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Says once, when the options are first checked, which names in the configuration are no options. It refuses nothing.</summary>
internal sealed class UnknownOptionsNotice(IServiceProvider services) : IValidateOptions<MemGuardOptions>
{
    private int _isSaid;

    public ValidateOptionsResult Validate(string? name, MemGuardOptions options)
    {
        if (options.Enabled && Interlocked.Exchange(ref _isSaid, 1) == 0)
        {
            // A configuration provider or a log sink that throws must not stop the host.
            Containment.Run(() => Say(options));
        }

        return ValidateOptionsResult.Skip;
    }

    private void Say(MemGuardOptions options)
    {
        IEnumerable<OptionsSection> sections = services.GetServices<OptionsSection>();
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            sections = sections.Append(new OptionsSection(configuration.GetSection("MemGuard"), "MemGuard"));
        }

        string names = new HelpLinks(options.HelpLinkBase).To("options.md");
        HashSet<string> told = [];
        foreach (OptionsSection section in sections)
        {
            foreach (UnknownOption unknown in UnknownOptions.Find(section))
            {
                if (told.Add(unknown.Path) && services.GetService<ILoggerFactory>() is { } loggers)
                {
                    Log.UnknownOption(loggers.CreateLogger("MemGuard"), VisibleText.OfName(unknown.Path), unknown.Meant is null ? $"All names: {names}" : $"Did you mean {unknown.Meant}?");
                }
            }
        }
    }
}
