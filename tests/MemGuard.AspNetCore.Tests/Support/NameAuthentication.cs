using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard.AspNetCore.Tests.Support;

/// <summary>Signs in whoever names himself in a header.</summary>
internal sealed class NameAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Header = "X-Test-User";

    public static void Add(IServiceCollection services) => services.AddAuthentication("name").AddScheme<AuthenticationSchemeOptions, NameAuthentication>("name", null);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? name = Request.Headers[Header];
        return Task.FromResult(name is null
            ? AuthenticateResult.NoResult()
            : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "name")), "name")));
    }
}
