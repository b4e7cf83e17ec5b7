"""The resource types of the stack, each created by the API of its service.

moto's own CloudFormation ignores properties that it doesn't know, and lacks some of the types. Here every property goes
to the service's client, and botocore rejects unknown names, wrong types and missing members.
"""

import json

import boto3
from botocore import validate
from moto.cloudformation.exceptions import ValidationError

server = {"url": ""}


def api(service, region):
    """A client of this server. It validates every call against the model of the service."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=server["url"],
        aws_access_key_id="cloudformation",
        aws_secret_access_key="cloudformation",
    )


def pick(properties, *names):
    return {name: properties[name] for name in names if name in properties}


def omit(properties, *names):
    return {name: value for name, value in properties.items() if name not in names}


def lower(properties):
    """CloudWatch Logs and S3 have names that begin in lower case."""
    return {name[0].lower() + name[1:]: value for name, value in properties.items()}


def map_of(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}


class Resource:
    """A resource with its resolved properties. Subclasses call the service."""

    service = ""
    kind = ""
    # A change of one of these replaces the resource.
    fixed = ()

    def __init__(self, name, properties, account, region, logical_id):
        self.name = name
        self.properties = properties
        self.account = account
        self.region = region
        self.logical_resource_id = logical_id
        self.attributes = {}
        self.id = name

    @property
    def api(self):
        return api(self.service, self.region)

    @property
    def physical_resource_id(self):
        return self.id

    def get_cfn_attribute(self, name):
        if name not in self.attributes:
            raise ValidationError(message=f"The double knows no attribute {name} of {self.kind}.")
        return self.attributes[name]

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def is_created(self):
        return True

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        made = cls(resource_name, cloudformation_json["Properties"], account_id, region_name, kwargs["LogicalId"])
        made.create(made.properties)
        return made

    def change(self, properties):
        """Updates the resource in place. `False` if it has to be replaced."""
        if any(self.properties.get(name) != properties.get(name) for name in self.fixed):
            return False
        self.update(properties)
        self.properties = properties
        return True

    def create(self, properties):
        raise NotImplementedError

    def update(self, properties):
        raise NotImplementedError(f"{self.kind} has no update here")

    def delete(self, account_id, region):
        raise NotImplementedError


class Function(Resource):
    service = "lambda"
    kind = "AWS::Lambda::Function"
    fixed = ("FunctionName",)

    def create(self, properties):
        given = omit(properties, "Tags", "ReservedConcurrentExecutions")
        made = self.api.create_function(**given, Tags=map_of(properties.get("Tags", [])))
        self.id = made["FunctionName"]
        self.attributes = {"Arn": made["FunctionArn"]}
        self.reserve(properties)

    def update(self, properties):
        if properties["Code"] != self.properties["Code"]:
            code = {**properties["Code"], "Architectures": properties["Architectures"]}
            self.api.update_function_code(FunctionName=self.id, **code)
        settings = omit(properties, "Code", "Tags", "Architectures", "ReservedConcurrentExecutions")
        self.api.update_function_configuration(**settings)
        self.reserve(properties)

    def reserve(self, properties):
        if "ReservedConcurrentExecutions" in properties:
            self.api.put_function_concurrency(FunctionName=self.id, **pick(properties, "ReservedConcurrentExecutions"))

    def delete(self, account_id, region):
        self.api.delete_function(FunctionName=self.id)


class Version(Resource):
    service = "lambda"
    kind = "AWS::Lambda::Version"

    def create(self, properties):
        made = self.api.publish_version(**properties)
        self.id = f"{made['FunctionArn']}"
        self.attributes = {"Version": made["Version"]}


class Alias(Resource):
    service = "lambda"
    kind = "AWS::Lambda::Alias"
    fixed = ("FunctionName", "Name")

    def create(self, properties):
        self.id = self.api.create_alias(**properties)["AliasArn"]

    def update(self, properties):
        self.api.update_alias(**properties)

    def delete(self, account_id, region):
        self.api.delete_alias(**pick(self.properties, "FunctionName", "Name"))


class Url(Resource):
    service = "lambda"
    kind = "AWS::Lambda::Url"
    fixed = ("TargetFunctionArn", "Qualifier")

    def create(self, properties):
        given = omit(properties, "TargetFunctionArn")
        made = self.api.create_function_url_config(FunctionName=properties["TargetFunctionArn"], **given)
        self.id = made["FunctionArn"]
        self.attributes = pick(made, "FunctionUrl", "FunctionArn")

    def update(self, properties):
        given = omit(properties, "TargetFunctionArn")
        self.api.update_function_url_config(FunctionName=properties["TargetFunctionArn"], **given)

    def delete(self, account_id, region):
        self.api.delete_function_url_config(FunctionName=self.properties["TargetFunctionArn"])


class Permission(Resource):
    service = "lambda"
    kind = "AWS::Lambda::Permission"

    def create(self, properties):
        # moto finds no function by the ARN of an alias.
        arn, _, qualifier = properties["FunctionName"].rpartition(":")
        self.of = {"FunctionName": arn, "Qualifier": qualifier}
        self.api.add_permission(StatementId=self.name, **self.of, **omit(properties, "FunctionName"))

    def delete(self, account_id, region):
        pass  # It belongs to the function.


class LogGroup(Resource):
    service = "logs"
    kind = "AWS::Logs::LogGroup"
    fixed = ("LogGroupName",)

    def create(self, properties):
        self.id = properties["LogGroupName"]
        given = lower(omit(properties, "RetentionInDays", "Tags"))
        self.api.create_log_group(**given, tags=map_of(properties.get("Tags", [])))
        self.update(properties)
        self.attributes = {"Arn": f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.id}:*"}

    def update(self, properties):
        self.api.put_retention_policy(logGroupName=self.id, retentionInDays=properties["RetentionInDays"])

    def delete(self, account_id, region):
        self.api.delete_log_group(logGroupName=self.id)


class QueryDefinition(Resource):
    """moto has no query definitions, so a valid one is all that there is."""

    service = "logs"
    kind = "AWS::Logs::QueryDefinition"

    def create(self, properties):
        self.update(properties)

    def update(self, properties):
        shape = self.api.meta.service_model.operation_model("PutQueryDefinition").input_shape
        faults = validate.ParamValidator().validate(lower(properties), shape)
        if faults.has_errors():
            raise ValidationError(message=faults.generate_report())

    def delete(self, account_id, region):
        pass


class Role(Resource):
    service = "iam"
    kind = "AWS::IAM::Role"
    fixed = ("RoleName",)

    def create(self, properties):
        given = pick(properties, "RoleName", "Description", "Tags", "MaxSessionDuration", "Path")
        given.setdefault("RoleName", self.name[:64])
        trust = json.dumps(properties["AssumeRolePolicyDocument"])
        made = self.api.create_role(**given, AssumeRolePolicyDocument=trust)["Role"]
        self.id = made["RoleName"]
        self.attributes = {"Arn": made["Arn"]}
        self.write(properties)

    def write(self, properties):
        for arn in properties.get("ManagedPolicyArns", []):
            self.api.attach_role_policy(RoleName=self.id, PolicyArn=arn)
        for policy in properties.get("Policies", []):
            document = json.dumps(policy["PolicyDocument"])
            self.api.put_role_policy(RoleName=self.id, PolicyName=policy["PolicyName"], PolicyDocument=document)

    def update(self, properties):
        self.api.update_assume_role_policy(
            RoleName=self.id, PolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"])
        )
        self.write(properties)

    def delete(self, account_id, region):
        for policy in self.api.list_role_policies(RoleName=self.id)["PolicyNames"]:
            self.api.delete_role_policy(RoleName=self.id, PolicyName=policy)
        for policy in self.api.list_attached_role_policies(RoleName=self.id)["AttachedPolicies"]:
            self.api.detach_role_policy(RoleName=self.id, PolicyArn=policy["PolicyArn"])
        self.api.delete_role(RoleName=self.id)


class Policy(Resource):
    service = "iam"
    kind = "AWS::IAM::Policy"

    def create(self, properties):
        self.update(properties)

    def update(self, properties):
        for role in properties["Roles"]:
            self.api.put_role_policy(
                RoleName=role,
                PolicyName=properties["PolicyName"],
                PolicyDocument=json.dumps(properties["PolicyDocument"]),
            )

    def delete(self, account_id, region):
        for role in self.properties["Roles"]:
            self.api.delete_role_policy(RoleName=role, PolicyName=self.properties["PolicyName"])


class Secret(Resource):
    service = "secretsmanager"
    kind = "AWS::SecretsManager::Secret"
    fixed = ("Name",)

    def create(self, properties):
        given = {"Name": self.name, **omit(properties, "GenerateSecretString")}
        if "GenerateSecretString" in properties:
            generated = self.api.get_random_password(**properties["GenerateSecretString"])
            given["SecretString"] = generated["RandomPassword"]
        self.id = self.api.create_secret(**given)["ARN"]

    def update(self, properties):
        self.api.update_secret(SecretId=self.id, **pick(properties, "Description"))

    def delete(self, account_id, region):
        self.api.delete_secret(SecretId=self.id, ForceDeleteWithoutRecovery=True)


class Table(Resource):
    service = "dynamodb"
    kind = "AWS::DynamoDB::Table"
    fixed = ("TableName", "KeySchema")

    def create(self, properties):
        more = ("PointInTimeRecoverySpecification", "TimeToLiveSpecification")
        made = self.api.create_table(**{"TableName": self.name, **omit(properties, *more)})["TableDescription"]
        self.id = made["TableName"]
        self.attributes = {"Arn": made["TableArn"]}
        self.api.update_time_to_live(TableName=self.id, **pick(properties, "TimeToLiveSpecification"))
        self.api.update_continuous_backups(TableName=self.id, **pick(properties, "PointInTimeRecoverySpecification"))

    def delete(self, account_id, region):
        self.api.delete_table(TableName=self.id)


class Topic(Resource):
    service = "sns"
    kind = "AWS::SNS::Topic"

    def create(self, properties):
        attributes = pick(properties, "DisplayName")
        given = omit(properties, *attributes)
        self.id = self.api.create_topic(**{"Name": self.name, **given}, Attributes=attributes)["TopicArn"]

    def delete(self, account_id, region):
        self.api.delete_topic(TopicArn=self.id)


class TopicPolicy(Resource):
    service = "sns"
    kind = "AWS::SNS::TopicPolicy"

    def create(self, properties):
        for arn in properties["Topics"]:
            document = json.dumps(properties["PolicyDocument"])
            self.api.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)

    def delete(self, account_id, region):
        pass  # It belongs to the topic.


class Subscription(Resource):
    service = "sns"
    kind = "AWS::SNS::Subscription"

    def create(self, properties):
        self.id = self.api.subscribe(**properties, ReturnSubscriptionArn=True)["SubscriptionArn"]

    def delete(self, account_id, region):
        self.api.unsubscribe(SubscriptionArn=self.id)


class Alarm(Resource):
    service = "cloudwatch"
    kind = "AWS::CloudWatch::Alarm"
    fixed = ("AlarmName",)

    def create(self, properties):
        self.id = properties["AlarmName"]
        self.attributes = {"Arn": f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{self.id}"}
        self.update(properties)

    def update(self, properties):
        self.api.put_metric_alarm(**properties)

    def delete(self, account_id, region):
        self.api.delete_alarms(AlarmNames=[self.id])


class Dashboard(Resource):
    service = "cloudwatch"
    kind = "AWS::CloudWatch::Dashboard"
    fixed = ("DashboardName",)

    def create(self, properties):
        self.id = properties["DashboardName"]
        self.update(properties)

    def update(self, properties):
        json.loads(properties["DashboardBody"])
        self.api.put_dashboard(**properties)

    def delete(self, account_id, region):
        self.api.delete_dashboards(DashboardNames=[self.id])


class Budget(Resource):
    service = "budgets"
    kind = "AWS::Budgets::Budget"

    def create(self, properties):
        budget = {"BudgetName": self.name, **properties["Budget"]}
        budget["BudgetLimit"] = {**budget["BudgetLimit"], "Amount": str(budget["BudgetLimit"]["Amount"])}
        given = {**properties, "Budget": budget}
        self.api.create_budget(AccountId=self.account, **given)

    def delete(self, account_id, region):
        self.api.delete_budget(AccountId=self.account, BudgetName=self.name)


class BucketPolicy(Resource):
    """The CDK's bucket refuses plain HTTP, which this server speaks."""

    kind = "AWS::S3::BucketPolicy"

    def create(self, properties):
        pass

    def update(self, properties):
        pass

    def delete(self, account_id, region):
        pass


types = {model.kind: model for model in Resource.__subclasses__()}
