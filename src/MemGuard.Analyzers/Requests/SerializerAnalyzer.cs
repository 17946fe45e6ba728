using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0007: the constructors of <c>XmlSerializer</c> whose generated code the runtime does not keep, where the code does not keep it either.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SerializerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.SerializerAgain];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("System.Xml.Serialization.XmlSerializer") is not { } serializer)
            {
                return;
            }

            start.RegisterOperationAction(
                context =>
                {
                    IObjectCreationOperation creation = (IObjectCreationOperation)context.Operation;
                    if (SymbolEqualityComparer.Default.Equals(creation.Type, serializer) && IsNotCached(creation.Constructor!) && !creation.IsKept(context.ContainingSymbol))
                    {
                        context.ReportDiagnostic(Diagnostic.Create(Rules.SerializerAgain, creation.Syntax.GetLocation(), NameOfType(creation)));
                    }
                },
                OperationKind.ObjectCreation);
        });
    }

    // The runtime keeps the code for a type, and for a type with a default namespace. A mapping brings its own.
    private static bool IsNotCached(IMethodSymbol constructor) =>
        constructor.Parameters is { Length: > 1 } parameters && parameters[0].Type.Name == "Type" && !(parameters.Length == 2 && parameters[1].Type.SpecialType == SpecialType.System_String);

    private static string NameOfType(IObjectCreationOperation creation) =>
        creation.Arguments.Select(static argument => argument.Value).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand.Name ?? creation.Arguments[0].Value.Syntax.ToString();
}
