//! CreateFunctionUrlConfig, GetFunctionUrlConfig, UpdateFunctionUrlConfig, DeleteFunctionUrlConfig and
//! ListFunctionUrlConfigs.
//!
//! AWS's URLs are `https://<id>.lambda-url.<region>.on.aws/`; ours are under `localhost`, with the port that the caller
//! came to.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json: TestLambdaUrl).

use super::function::{Cors, Function, Url};
use super::invoke::url::Called;
use super::name::{Named, qualified};
use super::page::page;
use super::{Lambda, LambdaError, named};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    self, CreateFunctionUrlConfigRequest, CreateFunctionUrlConfigResponse, DeleteFunctionUrlConfigRequest,
    FunctionUrlConfig, GetFunctionUrlConfigRequest, GetFunctionUrlConfigResponse,
    ListFunctionUrlConfigsRequest, ListFunctionUrlConfigsResponse, UpdateFunctionUrlConfigRequest,
    UpdateFunctionUrlConfigResponse,
};
use ruststack_wire::value::Unit;

/// What ids of URLs are made of.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH: usize = 32;

impl Lambda {
    /// Gives a function or an alias a URL.
    pub(super) async fn create_function_url_config(
        &self,
        caller: &Caller,
        input: CreateFunctionUrlConfigRequest,
    ) -> Result<CreateFunctionUrlConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.check_url_place(&named)?;
        let said_mode = input.invoke_mode.clone();
        let url = Url {
            id: caller.fresh.text(ID_LENGTH, LETTERS),
            auth_type: input.auth_type.unwrap_or_default(),
            invoke_mode: input.invoke_mode.unwrap_or_else(|| "BUFFERED".to_owned()),
            cors: input.cors.map(cors),
            created: caller.now,
            last_modified: caller.now,
        };
        self.change(&named, |function| {
            let arn = qualified(&function.arn, named.qualifier.as_deref());
            if function.urls.contains_key(place(&named)) {
                return Err(LambdaError::conflict(format!(
                    "Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig exists for this Lambda function"
                )));
            }
            let told = CreateFunctionUrlConfigResponse {
                function_url: Some(text(caller, &url)),
                function_arn: Some(arn),
                auth_type: Some(url.auth_type.clone()),
                cors: url.cors.as_ref().map(told_cors),
                creation_time: Some(url.created.iso8601_millis()),
                invoke_mode: said_mode,
            };
            function.urls.insert(place(&named).to_owned(), url);
            Ok(told)
        })
    }

    /// Tells the URL of a function or an alias.
    pub(super) async fn get_function_url_config(
        &self,
        caller: &Caller,
        input: GetFunctionUrlConfigRequest,
    ) -> Result<GetFunctionUrlConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.find(&named).ok_or_else(LambdaError::no_resource)?;
        let url = function.urls.get(place(&named)).ok_or_else(LambdaError::no_resource)?;
        let told = describe(caller, &function, place(&named), url);
        Ok(GetFunctionUrlConfigResponse {
            function_url: told.function_url,
            function_arn: told.function_arn,
            auth_type: told.auth_type,
            cors: told.cors,
            creation_time: told.creation_time,
            last_modified_time: told.last_modified_time,
            invoke_mode: told.invoke_mode,
        })
    }

    /// Changes what is said of a URL.
    pub(super) async fn update_function_url_config(
        &self,
        caller: &Caller,
        input: UpdateFunctionUrlConfigRequest,
    ) -> Result<UpdateFunctionUrlConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.check_url_place(&named)?;
        self.change(&named, |function| {
            let url = function.urls.get_mut(place(&named)).ok_or_else(LambdaError::no_resource)?;
            url.auth_type = input.auth_type.unwrap_or(std::mem::take(&mut url.auth_type));
            if let Some(mode) = &input.invoke_mode {
                url.invoke_mode.clone_from(mode);
            }
            if let Some(said) = input.cors {
                url.cors = Some(cors(said));
            }
            url.last_modified = caller.now;
            let url = url.clone();
            let told = describe(caller, function, place(&named), &url);
            Ok(UpdateFunctionUrlConfigResponse {
                function_url: told.function_url,
                function_arn: told.function_arn,
                auth_type: told.auth_type,
                cors: told.cors,
                creation_time: told.creation_time,
                last_modified_time: told.last_modified_time,
                invoke_mode: input.invoke_mode,
            })
        })
    }

    /// Takes the URL from a function or an alias.
    pub(super) async fn delete_function_url_config(
        &self,
        caller: &Caller,
        input: DeleteFunctionUrlConfigRequest,
    ) -> Result<Unit, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.find(&named).ok_or_else(LambdaError::no_resource)?;
        self.change(&named, |function| {
            let removed = function.urls.remove(place(&named));
            removed.map(|_| Unit::default()).ok_or_else(LambdaError::no_resource)
        })
    }

    /// Tells the URLs of a function and its aliases.
    pub(super) async fn list_function_url_configs(
        &self,
        caller: &Caller,
        input: ListFunctionUrlConfigsRequest,
    ) -> Result<ListFunctionUrlConfigsResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        let function = self.find(&named).ok_or_else(missing)?;
        // The empty key is the function's own and comes first; a marker is never empty.
        let all = function
            .urls
            .iter()
            .map(|(place, url)| (format!(":{place}"), describe(caller, &function, place, url)));
        let (configs, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListFunctionUrlConfigsResponse { function_url_configs: Some(configs), next_marker })
    }

    /// What the URL of this id stands for, in one region or in whichever it is.
    pub(crate) fn function_of_url(&self, region: Option<&str>, id: &str) -> Option<Called> {
        let is_there = |space: &str| region.is_none_or(|region| space.rsplit('/').next() == Some(region));
        self.spaces.iter().filter(|space| is_there(space.key())).find_map(|space| {
            space.functions().values().find_map(|function| {
                let (place, url) = function.urls.iter().find(|(_, url)| url.id == id)?;
                let qualifier = Some(place.clone()).filter(|place| !place.is_empty());
                Some(Called { function: function.clone(), qualifier, url: url.clone() })
            })
        })
    }

    fn check_url_place(&self, named: &Named) -> Result<(), LambdaError> {
        let function = self.find(named).ok_or_else(missing)?;
        match &named.qualifier {
            Some(alias) if !function.aliases.contains_key(alias) => Err(missing()),
            _ => Ok(()),
        }
    }
}

/// Where a URL is kept.
fn place(named: &Named) -> &str {
    named.qualifier.as_deref().unwrap_or_default()
}

fn missing() -> LambdaError {
    LambdaError::not_found("Function does not exist")
}

fn text(caller: &Caller, url: &Url) -> String {
    let port = caller.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("http://{}.lambda-url.{}.localhost{port}/", url.id, caller.region)
}

fn describe(caller: &Caller, function: &Function, place: &str, url: &Url) -> FunctionUrlConfig {
    let qualifier = Some(place).filter(|place| !place.is_empty());
    FunctionUrlConfig {
        function_url: Some(text(caller, url)),
        function_arn: Some(qualified(&function.arn, qualifier)),
        creation_time: Some(url.created.iso8601_millis()),
        last_modified_time: Some(url.last_modified.iso8601_millis()),
        cors: url.cors.as_ref().map(told_cors),
        auth_type: Some(url.auth_type.clone()),
        invoke_mode: Some(url.invoke_mode.clone()),
    }
}

fn cors(said: types::Cors) -> Cors {
    Cors {
        allow_credentials: said.allow_credentials,
        allow_headers: said.allow_headers,
        allow_methods: said.allow_methods,
        allow_origins: said.allow_origins,
        expose_headers: said.expose_headers,
        max_age_s: said.max_age,
    }
}

fn told_cors(cors: &Cors) -> types::Cors {
    let cors = cors.clone();
    types::Cors {
        allow_credentials: cors.allow_credentials,
        allow_headers: cors.allow_headers,
        allow_methods: cors.allow_methods,
        allow_origins: cors.allow_origins,
        expose_headers: cors.expose_headers,
        max_age: cors.max_age_s,
    }
}
