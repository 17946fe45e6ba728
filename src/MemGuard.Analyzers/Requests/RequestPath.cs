using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>Whether code runs with each request.</summary>
internal sealed class RequestPath(Compilation compilation)
{
    private static readonly string[] Handlers = ["Microsoft.AspNetCore.Mvc.ControllerBase", "Microsoft.AspNetCore.Mvc.RazorPages.PageModel", "Microsoft.AspNetCore.SignalR.Hub"];

    private readonly HashSet<INamedTypeSymbol> _handlers = compilation.FindTypes(Handlers);
    private readonly INamedTypeSymbol? _context = compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Http.HttpContext");

    /// <returns>What the request runs, by name; null where it cannot be said that one does.</returns>
    public string? NameOf(IOperation operation, ISymbol container)
    {
        foreach (IOperation function in operation.Ancestors().Where(static each => each is IAnonymousFunctionOperation))
        {
            if (function.User() is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { } target } } && IsRouting(target))
            {
                return target.Name;
            }
        }

        bool isHandler = container is IMethodSymbol { IsStatic: false } method && (_handlers.Any(handler => method.ContainingType.Is(handler)) || method.Parameters.Any(parameter => parameter.Type.Is(_context)));
        return isHandler ? $"{container.ContainingType.Name}.{container.Name}" : null;
    }

    private static bool IsRouting(IMethodSymbol method) =>
        (method.Name.StartsWith("Map", StringComparison.Ordinal) || method.Name is "Use" or "Run") && method.ContainingNamespace.ToDisplayString() == "Microsoft.AspNetCore.Builder" && method.Name != "MapGroup";
}
