"""Dependency injection that compiles to one straight async function, and knows no HTTP."""

from pleiad_di.__about__ import __version__
from pleiad_di.agree import agrees, fits
from pleiad_di.app_scope import AppScope
from pleiad_di.container import Container
from pleiad_di.errors import (
    AmbiguousProvider,
    DependencyCycle,
    DependencyError,
    DependencyErrors,
    LifetimeError,
    MissingProvider,
    NotOpen,
    ProviderError,
    TypeMismatch,
    UnannotatedParameter,
    UnresolvedAnnotation,
    near,
    type_name,
)
from pleiad_di.plan import Plan, Return
from pleiad_di.planner import Asked, Planner, Values
from pleiad_di.provide import MISSING, Dependency, Lifetime, Marker, Provide, Scope
from pleiad_di.providers import Kind, Provider, kind_of, provider_of
from pleiad_di.signature import Keywords, Parameter, Signature, signature_of
from pleiad_di.source import Cells, Names, Source, Var, callable_name, identifier
from pleiad_di.steps import Call, Frame, Open, Step, argument_of, nested, run, write
from pleiad_di.threads import in_thread

__all__ = [
    "MISSING",
    "AmbiguousProvider",
    "AppScope",
    "Asked",
    "Call",
    "Cells",
    "Container",
    "Dependency",
    "DependencyCycle",
    "DependencyError",
    "DependencyErrors",
    "Frame",
    "Keywords",
    "Kind",
    "Lifetime",
    "LifetimeError",
    "Marker",
    "MissingProvider",
    "Names",
    "NotOpen",
    "Open",
    "Parameter",
    "Plan",
    "Planner",
    "Provide",
    "Provider",
    "ProviderError",
    "Return",
    "Scope",
    "Signature",
    "Source",
    "Step",
    "TypeMismatch",
    "UnannotatedParameter",
    "UnresolvedAnnotation",
    "Values",
    "Var",
    "__version__",
    "agrees",
    "argument_of",
    "callable_name",
    "fits",
    "identifier",
    "in_thread",
    "kind_of",
    "near",
    "nested",
    "provider_of",
    "run",
    "signature_of",
    "type_name",
    "write",
]
