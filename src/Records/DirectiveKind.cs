namespace Sheaf.Records;

public enum DirectiveKind
{
    /// <summary>Run steps up to, not including, <see cref="Directive.Step"/> (the new <c>until</c>).</summary>
    Run,

    /// <summary>Evaluate the model as it is before <see cref="Directive.Step"/> on <see cref="Directive.Rows"/>.</summary>
    Evaluate,

    /// <summary>Capture a checkpoint of the state before <see cref="Directive.Step"/>; only the leader (lowest worker) writes it.</summary>
    Checkpoint,

    /// <summary>Nothing more will come: let the device go.</summary>
    Finish,
}
