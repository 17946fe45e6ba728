using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MemGuard.Analyzers;

/// <summary>Awaits a flush, where the function around it is asynchronous already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitFlushFix))]
[Shared]
public sealed class AwaitFlushFix : CodeFixProvider
{
    private const string Title = "Await the flush";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds => [Rules.FlushIgnored.Id];

    /// <inheritdoc />
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc />
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<ExpressionStatementSyntax>() is { } statement && IsInAsync(statement))
            {
                context.RegisterCodeFix(CodeAction.Create(Title, token => AwaitAsync(context.Document, statement, token), Title), diagnostic);
            }
        }
    }

    private static async Task<Document> AwaitAsync(Document document, ExpressionStatementSyntax statement, CancellationToken cancellationToken)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        ExpressionSyntax flush = statement.Expression is AssignmentExpressionSyntax discard ? discard.Right : statement.Expression;
        ExpressionSyntax awaited = SyntaxFactory.AwaitExpression(flush.WithoutLeadingTrivia()).WithLeadingTrivia(statement.GetLeadingTrivia());
        return document.WithSyntaxRoot(root.ReplaceNode(statement, statement.WithExpression(awaited)));
    }

    private static bool IsInAsync(SyntaxNode node)
    {
        for (SyntaxNode? each = node.Parent; each is not null; each = each.Parent)
        {
            switch (each)
            {
                case AnonymousFunctionExpressionSyntax function:
                    return function.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case LockStatementSyntax:
                    return false;
            }
        }

        return false;
    }
}
