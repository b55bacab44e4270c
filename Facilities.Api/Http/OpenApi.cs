using Facilities.Api.Identity;
using Facilities.Grains.Kernel;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;

namespace Facilities.Api.Http;

/// <summary>The served description of the API, with our value types in the shape that JSON gives them.</summary>
internal static class OpenApi
{
    public const string Path = "/openapi/{documentName}.json";

    public static void AddFacilitiesOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = description =>
            description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true
            || description.RelativePath?.StartsWith("feeds/", StringComparison.Ordinal) == true
            || description.RelativePath?.StartsWith("webhooks/", StringComparison.Ordinal) == true;
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = context.JsonTypeInfo.Type;
            Shape(schema, Nullable.GetUnderlyingType(type) ?? type, type);
            if (schema.Properties is { Count: > 0 } properties && Http.Shape.Of(type) is { IsObject: true } shape)
                schema.Required = shape.Members.Where(m => !m.Optional && properties.ContainsKey(m.Name))
                    .Select(m => m.Name).ToHashSet();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeParameters);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Facilities", Version = "v1" };
            // The address of whoever asks; a fixed one would be wrong behind a proxy.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token from POST /api/v1/session, or a personal one from POST /api/v1/tokens.",
            };
            return Task.CompletedTask;
        });
    });

    private static void Shape(OpenApiSchema schema, Type type, Type declared)
    {
        var nullable = type != declared ? JsonSchemaType.Null : 0;
        if (type == typeof(Money)) OfMoney(schema, nullable);
        else if (type.IsEnum) schema.Type = JsonSchemaType.String | nullable;
        else if (type == typeof(Microsoft.AspNetCore.Mvc.ProblemDetails)) AddOurMembers(schema);
        else if (type == typeof(Percentage))
        {
            schema.Type = JsonSchemaType.Number | nullable;
            (schema.Minimum, schema.Maximum) = ("0", "100");
        }
        else if (Texts.TryGetValue(type, out var text))
        {
            schema.Type = JsonSchemaType.String | nullable;
            (schema.Format, schema.Description) = text;
        }
        else if (IsId(type)) schema.Type = JsonSchemaType.String | nullable;
        // The exporter says nothing of a list of values that a converter of ours writes.
        else if (schema.Items is null && type.IsGenericType && type.GetGenericArguments() is [var item]
            && (IsId(item) || Texts.ContainsKey(item)))
            schema.Items = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = Texts.GetValueOrDefault(item).Format,
            };
        else if (schema.Items is null && type.IsGenericType && type.GetGenericArguments() is [var sum]
            && sum == typeof(Money))
            schema.Items = OfMoney(new OpenApiSchema(), 0);
    }

    private static OpenApiSchema OfMoney(OpenApiSchema schema, JsonSchemaType nullable)
    {
        schema.Type = JsonSchemaType.Object | nullable;
        schema.Required = new HashSet<string> { "amount", "currency" };
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["amount"] = new OpenApiSchema { Type = JsonSchemaType.Number },
            ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$" },
        };
        return schema;
    }

    private static bool IsId(Type type) => type.IsValueType
        && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>));

    private static void AddOurMembers(OpenApiSchema schema)
    {
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Properties["refusal"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "The machine name, such as slotTaken.",
        };
        schema.Properties["errors"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Description = "Every fault of the input at once.",
            Items = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["pointer"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["message"] = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            },
        };
    }

    private static readonly Dictionary<Type, (string? Format, string? Description)> Texts = new()
    {
        [typeof(Instant)] = ("date-time", null),
        [typeof(OffsetDateTime)] = ("date-time", null),
        [typeof(LocalDate)] = ("date", null),
        [typeof(LocalDateTime)] = (null, "A local time such as 2027-02-01T08:00."),
        [typeof(TimeOfDay)] = (null, "A local time from 00:00 to 24:00."),
        [typeof(Length)] = ("duration", "PT4H elapsed, P1D calendar days."),
        [typeof(Currency)] = (null, "An ISO 4217 code."),
    };

    private static async Task DescribeParameters(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (var query in metadata.OfType<QueryMetadata>())
            foreach (var member in Http.Shape.Of(query.Type).Members)
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = member.Name,
                    In = ParameterLocation.Query,
                    Required = !member.Optional,
                    Schema = await context.GetOrCreateSchemaAsync(member.Type, null, cancellation),
                });
        if (context.Description.HttpMethod == "POST" && metadata.OfType<IdempotentMetadata>().Any())
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = Idempotency.Header,
                In = ParameterLocation.Header,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Idempotency.KeyLengthMax },
            });
        if (context.Document is { } document && SignedInContext.RequiresActor(new EndpointMetadataCollection(metadata)))
            operation.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
    }
}
