"""CloudFormation's way of working, in place of moto's.

What a resource refers to comes before it, additions and changes alike. What is no longer in the template is deleted
last. A failure takes everything back. moto adds before it changes, so that a new version of a function would have the
old code, and it ignores types that it doesn't know.
"""

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import CloudFormationBackend, Event
from moto.cloudformation.parsing import ResourceMap, clean_json

from resources import Resource, omit, types

class_of_moto = parsing.resource_class_from_type


def class_of(kind):
    known = types.get(kind) or class_of_moto(kind)
    if known is None:
        raise parsing.ValidationError(message=f"The double has no {kind}.")
    return known


def references(value):
    """The logical ids that a part of a template refers to."""
    if isinstance(value, list):
        return [name for part in value for name in references(part)]
    if not isinstance(value, dict):
        return []
    found = [value["Ref"]] if "Ref" in value else []
    if "Fn::GetAtt" in value:
        found.append(value["Fn::GetAtt"][0])
    return found + [name for part in value.values() for name in references(part)]


def ordered(resources):
    """The logical ids, each after those that it needs."""
    done = []

    def visit(name):
        if name in done or name not in resources:
            return
        needed = resources[name].get("DependsOn", [])
        for other in ([needed] if isinstance(needed, str) else needed) + references(resources[name].get("Properties", {})):
            visit(other)
        done.append(name)

    for name in resources:
        visit(name)
    return done


class Failed(Exception):
    """Names the resource that could not be created, changed or deleted."""

    def __init__(self, logical_id, kind, cause):
        super().__init__(str(getattr(cause, "message", cause)))
        self.logical_id = logical_id
        self.kind = kind


def update(self, template, parameters=None):
    before = self._resource_json_map
    self._template = template
    if parameters:
        self.input_parameters = parameters
    self.load_mapping()
    self.load_parameters()
    self.load_conditions()
    self._resource_json_map = template["Resources"]
    for name in ordered(template["Resources"]):
        wanted = template["Resources"][name]
        try:
            bring_about(self, name, wanted, before.get(name))
        except Exception as cause:
            raise Failed(name, wanted["Type"], cause) from cause
    remove(self, before, [name for name in before if name not in template["Resources"]])


def bring_about(self, name, wanted, before):
    existing = self._parsed_resources.get(name) if before else None
    if existing is None:
        self[name]
    elif not isinstance(existing, Resource):
        if wanted != before:
            parsing.parse_and_update_resource(
                name, wanted, self, account_id=self._account_id, region_name=self._region_name
            )
    else:
        properties = clean_json(wanted.get("Properties", {}), self)
        if properties != existing.properties and not existing.change(properties):
            del self._parsed_resources[name]
            self[name]
            existing.delete(self._account_id, self._region_name)


def delete(self):
    remove(self, self._resource_json_map, list(self._resource_json_map))


def remove(self, resources, names):
    for name in [name for name in reversed(ordered(resources)) if name in names]:
        resource = self._parsed_resources.pop(name, None)
        kept = str(resources[name].get("DeletionPolicy", "")).startswith("Retain")
        if resource is not None and not isinstance(resource, str) and not kept:
            self._delete_resource(resource, resources[name])


def execute_change_set(self, change_set_name, stack_name=None):
    change_set = describe_change_set(self, change_set_name)
    stack = self.stacks[change_set.stack_id]
    kind = change_set.change_set_type
    previous = (stack.template, stack.template_dict, stack.resource_map.input_parameters)
    stack._add_stack_event(f"{kind}_IN_PROGRESS", resource_status_reason="User Initiated")
    try:
        apply(stack, change_set.template, change_set.template_dict, change_set.parameters)
        stack.status = f"{kind}_COMPLETE"
    except Failed as failure:
        stack.events.append(
            Event(
                stack_id=stack.stack_id,
                stack_name=stack.name,
                logical_resource_id=failure.logical_id,
                physical_resource_id="",
                resource_type=failure.kind,
                resource_status=f"{kind}_FAILED",
                resource_status_reason=str(failure),
                resource_properties=None,
            )
        )
        if kind == "CREATE":
            # `RetainExceptOnCreate` keeps nothing of a stack that was never there.
            created = {name: omit(one, "DeletionPolicy") for name, one in change_set.template_dict["Resources"].items()}
            remove(stack.resource_map, created, list(created))
            stack.status = "ROLLBACK_COMPLETE"
        else:
            apply(stack, *previous)
            stack.status = "UPDATE_ROLLBACK_COMPLETE"
    change_set.execution_status = "EXECUTE_COMPLETE"
    stack._add_stack_event(stack.status)


def describe_change_set(self, change_set_name):
    found = named_change_sets(self, change_set_name)
    if not found:
        raise CloudFormationError("ChangeSetNotFound", f"ChangeSet [{change_set_name}] does not exist")
    return found[-1]


def named_change_sets(self, name):
    """moto finds change sets by name alone, and all of the CDK have one name. The newest is meant."""
    return [one for one in self.change_sets.values() if name in (one.change_set_id, one.change_set_name)]


def delete_change_set(self, change_set_name):
    for one in named_change_sets(self, change_set_name):
        del self.change_sets[one.change_set_id]


def apply(stack, template, template_dict, parameters):
    # moto takes the value of a parameter in the store for its name when an update keeps it.
    stored = {name: one for name, one in template_dict.get("Parameters", {}).items() if "AWS::SSM" in one["Type"]}
    parameters = {**parameters, **{name: one["Default"] for name, one in stored.items()}}
    stack.template = template
    stack.template_dict = template_dict
    stack.resource_map.update(template_dict, parameters)
    stack.output_map = stack._create_output_map()


def install():
    parsing.resource_class_from_type = class_of
    ResourceMap.update = update
    ResourceMap.delete = delete
    CloudFormationBackend.execute_change_set = execute_change_set
    CloudFormationBackend.describe_change_set = describe_change_set
    CloudFormationBackend.delete_change_set = delete_change_set
